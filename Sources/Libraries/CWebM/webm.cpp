#include "CWebM.h"

#include <webm/callback.h>
#include <webm/reader.h>
#include <webm/webm_parser.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace {

using webm::Action;
using webm::ElementMetadata;
using webm::Id;
using webm::Status;

// A cluster holds at most 65 s, and libwebm remembers each block until its end.
constexpr size_t blocks_max = 16384;
// No size of an element is larger: EBML has 56 bits for it.
constexpr uint64_t size_max = uint64_t(1) << 56;
// The id and the size of an element.
constexpr size_t head_max = 12;

// Lends the bytes of one call to libwebm.
class Lender : public webm::Reader {
  public:
    void lend(const uint8_t *bytes, size_t count) {
        next_ = bytes;
        rest_ = count;
    }

    // Nothing is lent while a frame waits to be taken, or before what is to be skipped has gone by.
    bool is_holding = false;
    uint64_t skip = 0;
    // Where the next element begins. Its head is lent whole or not at all: libwebm (assertions on, as Debian builds it)
    // aborts when the bytes run out within an id that reaches beyond the end of its parent.
    uint64_t head_position = 0;
    bool is_last = false;

    size_t rest() const { return rest_; }
    size_t available() const {
        if (is_holding || skip > 0) return 0;
        return position_ == head_position && rest_ < head_max && !is_last ? 0 : rest_;
    }
    const uint8_t *next() const { return next_; }

    // Drops what was to be skipped from the front of the bytes lent.
    void pay() {
        size_t count = std::min<uint64_t>(skip, rest_);
        advance(count);
        position_ -= count;  // counted when it was skipped
        skip -= count;
    }

    void advance(size_t count) {
        next_ += count;
        rest_ -= count;
        position_ += count;
    }

    Status Read(size_t count, uint8_t *buffer, uint64_t *done) override {
        *done = std::min(count, available());
        if (*done == 0) return Status(Status::kWouldBlock);
        std::memcpy(buffer, next_, *done);
        advance(*done);
        return Status(*done == count ? Status::kOkCompleted : Status::kOkPartial);
    }

    Status Skip(uint64_t count, uint64_t *done) override {
        *done = 0;
        if (is_holding || skip > 0) return Status(Status::kWouldBlock);
        if (count > size_max) return Status(Status::kInvalidElementSize);
        *done = count;
        size_t here = std::min<uint64_t>(count, rest_);
        advance(here);
        skip = count - here;
        position_ += skip;
        return Status(Status::kOkCompleted);
    }

    uint64_t Position() const override { return position_; }

  private:
    const uint8_t *next_ = nullptr;
    size_t rest_ = 0;
    uint64_t position_ = 0;
};

}  // namespace

// What libwebm meets: only elements that are needed are read, and none that could make it take much memory.
struct parley_webm : webm::Callback {
    explicit parley_webm(size_t limit) : frame_limit(limit) {}

    const size_t frame_limit;
    Lender lender;
    webm::WebmParser parser;
    std::vector<parley_webm_track> tracks;
    std::vector<uint8_t> frame;
    size_t frame_track = 0;
    int64_t frame_time = 0;
    bool is_bad = false;
    const char *reason = "its elements are damaged";

    parley_webm_result parse(const uint8_t *bytes, size_t count, bool is_last, size_t *used) {
        *used = 0;
        if (is_bad) return PARLEY_WEBM_BAD;
        if (lender.is_holding) {
            lender.is_holding = false;
            frame.clear();
        }
        lender.lend(bytes, count);
        lender.is_last = is_last;
        lender.pay();
        Status status(Status::kWouldBlock);
        if (lender.rest() > 0) status = parser.Feed(this, &lender);
        *used = count - lender.rest();
        if (lender.is_holding) return PARLEY_WEBM_FRAME;
        if (status.code == Status::kWouldBlock && lender.available() == 0) return PARLEY_WEBM_MORE;
        is_bad = true;
        return PARLEY_WEBM_BAD;
    }

    Status OnElementBegin(const ElementMetadata &element, Action *action) override {
        const bool is_endless = element.size == webm::kUnknownElementSize;
        *action = Action::kRead;
        lender.head_position = lender.Position() + (is_master(element.id) || is_endless ? 0 : element.size);
        switch (element.id) {
        case Id::kSegment: return ok();
        case Id::kCluster:
            cluster_blocks_ = 0;
            return ok();
        case Id::kEbml: case Id::kInfo: case Id::kTracks: case Id::kTrackEntry: case Id::kVideo: case Id::kAudio:
        case Id::kBlockGroup: case Id::kSimpleBlock: case Id::kBlock:
            return is_endless ? bad("an element without size that must have one") : ok();
        case Id::kTimecodeScale: case Id::kTrackNumber: case Id::kTrackType: case Id::kCodecDelay:
        case Id::kPixelWidth: case Id::kPixelHeight: case Id::kChannels: case Id::kTimecode:
            return element.size > 8 ? bad("a number of more than 8 bytes") : ok();
        case Id::kDocType: case Id::kCodecId:
            return element.size >= sizeof parley_webm_track().codec ? bad("a name of more than 63 bytes") : ok();
        case Id::kCodecPrivate:
            if (element.size <= PARLEY_WEBM_PRIVATE_MAX) return ok();
            break;
        case Id::kContentEncodings: is_encoded_ = true; break;
        default: break;
        }
        if (is_endless) return bad("an element without size that must have one");
        *action = Action::kSkip;
        return ok();
    }

    Status OnEbml(const ElementMetadata &, const webm::Ebml &ebml) override {
        const std::string &type = ebml.doc_type.value();
        return type == "webm" || type == "matroska" ? ok() : bad("it is EBML, but not WebM");
    }

    Status OnInfo(const ElementMetadata &, const webm::Info &info) override {
        scale_ = info.timecode_scale.value();
        // A time of the container has at most 2^31 units in the calls that we carry; a unit is 1 ms as a rule.
        return scale_ == 0 || scale_ > 1000000000 ? bad("a unit of time that is 0 or longer than 1 s") : ok();
    }

    Status OnTrackEntry(const ElementMetadata &, const webm::TrackEntry &entry) override {
        if (tracks.size() == PARLEY_WEBM_TRACKS_MAX) return bad("more than 32 tracks");
        parley_webm_track track = {};
        track.number = entry.track_number.value();
        track.is_video = entry.track_type.value() == webm::TrackType::kVideo;
        track.is_audio = entry.track_type.value() == webm::TrackType::kAudio;
        track.is_encoded = is_encoded_;
        is_encoded_ = false;
        const std::string &codec = entry.codec_id.value();
        std::memcpy(track.codec, codec.data(), std::min(codec.size(), sizeof track.codec - 1));
        track.width = entry.video.value().pixel_width.value();
        track.height = entry.video.value().pixel_height.value();
        track.channels = entry.audio.value().channels.value();
        track.codec_delay = entry.codec_delay.value();
        const std::vector<uint8_t> &data = entry.codec_private.value();
        track.codec_private_count = std::min<size_t>(data.size(), PARLEY_WEBM_PRIVATE_MAX);
        std::copy_n(data.begin(), track.codec_private_count, track.codec_private);
        track.is_wanted = is_ours(track) && std::none_of(tracks.begin(), tracks.end(), [&](const auto &other) {
            return other.is_wanted && other.is_video == track.is_video;
        });
        tracks.push_back(track);
        return ok();
    }

    Status OnClusterBegin(const ElementMetadata &, const webm::Cluster &cluster, Action *action) override {
        cluster_time_ = cluster.timecode.value();
        *action = Action::kRead;
        return ok();
    }

    Status OnBlockGroupBegin(const ElementMetadata &, Action *action) override {
        *action = Action::kRead;
        return count_block();
    }

    Status OnSimpleBlockBegin(const ElementMetadata &, const webm::SimpleBlock &block, Action *action) override {
        Status status = count_block();
        return status.completed_ok() ? begin(block, action) : status;
    }

    Status OnBlockBegin(const ElementMetadata &, const webm::Block &block, Action *action) override {
        return begin(block, action);
    }

    Status OnFrame(const webm::FrameMetadata &, webm::Reader *, uint64_t *remaining) override {
        if (*remaining == 0) return ok();
        if (lender.is_holding) return Status(Status::kWouldBlock);
        if (*remaining > frame_limit - frame.size()) return bad("a frame that is too large");
        while (*remaining > 0) {
            size_t count = std::min<uint64_t>(*remaining, lender.available());
            if (count == 0) return Status(Status::kWouldBlock);
            frame.insert(frame.end(), lender.next(), lender.next() + count);
            lender.advance(count);
            *remaining -= count;
        }
        lender.is_holding = true;
        return ok();
    }

  private:
    uint64_t scale_ = 1000000;
    uint64_t cluster_time_ = 0;
    size_t cluster_blocks_ = 0;
    bool is_encoded_ = false;

    // Whether its elements are read one by one.
    static bool is_master(Id id) {
        switch (id) {
        case Id::kEbml: case Id::kSegment: case Id::kInfo: case Id::kTracks: case Id::kTrackEntry: case Id::kVideo:
        case Id::kAudio: case Id::kCluster: case Id::kBlockGroup: return true;
        default: return false;
        }
    }

    static Status ok() { return Status(Status::kOkCompleted); }

    Status bad(const char *why) {
        reason = why;
        return Status(1);  // libwebm stops at numbers of others
    }

    Status count_block() {
        return ++cluster_blocks_ > blocks_max ? bad("more than 16,384 blocks in a cluster") : ok();
    }

    static bool is_ours(const parley_webm_track &track) {
        return !track.is_encoded
            && ((track.is_video && std::strcmp(track.codec, "V_VP8") == 0)
                || (track.is_audio && std::strcmp(track.codec, "A_OPUS") == 0));
    }

    Status begin(const webm::Block &block, Action *action) {
        auto track = std::find_if(tracks.begin(), tracks.end(), [&](const parley_webm_track &track) {
            return track.is_wanted && track.number == block.track_number;
        });
        *action = track == tracks.end() ? Action::kSkip : Action::kRead;
        if (track == tracks.end()) return ok();
        frame_track = track - tracks.begin();
        // The time in nanoseconds fits, and that of the block is at most 2^15 units later.
        if (cluster_time_ > INT64_MAX / scale_ - 32768) return bad("a time that is too far away");
        frame_time = (int64_t(cluster_time_) + block.timecode) * int64_t(scale_);
        return ok();
    }
};

parley_webm *parley_webm_new(size_t frame_byte_limit) {
    try {
        return new parley_webm(frame_byte_limit);
    } catch (...) {
        return nullptr;
    }
}

void parley_webm_free(parley_webm *parser) { delete parser; }

parley_webm_result parley_webm_parse(parley_webm *parser, const uint8_t *bytes, size_t byte_count, int is_last,
                                     size_t *used) {
    try {
        return parser->parse(bytes, byte_count, is_last, used);
    } catch (...) {
        parser->is_bad = true;
        parser->reason = "there is no memory for it";
        *used = 0;
        return PARLEY_WEBM_BAD;
    }
}

uint64_t parley_webm_take_skip(parley_webm *parser) {
    uint64_t count = parser->lender.skip;
    parser->lender.skip = 0;
    return count;
}

parley_webm_frame parley_webm_current(const parley_webm *parser) {
    return {parser->frame_track, parser->frame_time, parser->frame.data(), parser->frame.size()};
}

size_t parley_webm_track_count(const parley_webm *parser) { return parser->tracks.size(); }

const parley_webm_track *parley_webm_track_at(const parley_webm *parser, size_t index) {
    return index < parser->tracks.size() ? &parser->tracks[index] : nullptr;
}

const char *parley_webm_reason(const parley_webm *parser) { return parser->reason; }
