// Command verify holds Parley journals to the rules of Docs/JOURNAL.md with Go's sumdb/note and sumdb/tlog. No line of
// Parley's own code takes part.
//
//	apt install golang-go golang-golang-x-mod-dev
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go [-key VKEY] [-anchor CHECKPOINT] DIR...
//
// It prints one line for each log and exits 0 when every one of them fits together, else 13. "-" as the only DIR reads
// names from standard input, one a line.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	width       = 256 // entries or hashes in a full tile
	height      = 8   // log2 of that
	algEd25519  = 0x01
	algCosigned = 0x04
)

// A failure is one of the kinds that scripts can tell apart.
type failure struct{ kind, reason string }

func (f *failure) Error() string { return f.kind + ": " + f.reason }

func broken(format string, args ...interface{}) error {
	return &failure{"journal_broken", fmt.Sprintf(format, args...)}
}

func main() {
	key := flag.String("key", "", "the log's first key (vkey)")
	anchor := flag.String("anchor", "", "a file with a checkpoint of this log that was kept elsewhere")
	flag.Parse()
	dirs := flag.Args()
	if len(dirs) == 1 && dirs[0] == "-" {
		dirs = nil
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			dirs = append(dirs, lines.Text())
		}
	}
	code := 0
	for _, dir := range dirs {
		if report, err := verify(dir, *key, *anchor); err != nil {
			fmt.Printf("%s: %v\n", dir, err)
			code = 13
		} else {
			fmt.Printf("%s: ok: %s\n", dir, report)
		}
	}
	if len(dirs) == 0 {
		fmt.Fprintln(os.Stderr, "usage: verify [-key VKEY] [-anchor CHECKPOINT] DIR...")
		code = 64
	}
	os.Exit(code)
}

// ---------------------------------------------------------------- the log

type journal struct {
	dir     string
	entries [][]byte
	torn    bool  // bytes behind the last whole entry
	hashes  store // of all entries, as sumdb keeps them
	size    int64 // entries whose hash is stored
	signed  int64 // entries under the newest checkpoint

	origin    string
	keys      []string // vkeys of the log: genesis, then each epoch
	ends      []int64  // sizes at which epochs end
	witnesses []string // vkeys
	trusted   []int64  // sizes from which each witness counts
	links     map[int64]tlog.Hash
	last      string // the newest event
}

// A store holds the hashes of a tree in the order of sumdb's StoredHashIndex.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		out[i] = s[index]
	}
	return out, nil
}

func verify(dir, key, anchor string) (string, error) {
	j := &journal{dir: dir, links: map[int64]tlog.Hash{}}
	names, err := os.ReadDir(dir)
	if err != nil {
		return "", &failure{"journal_absent", err.Error()}
	}
	if err := j.readEntries(); err != nil {
		return "", err
	}
	sizes, err := j.checkpointSizes()
	if err != nil {
		return "", err
	}
	newest, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		if len(j.entries) == 0 && len(sizes) == 0 && !j.torn {
			return "", &failure{"journal_empty", "no entry"}
		}
		return "", &failure{"journal_unsigned", "no checkpoint"}
	}
	for _, name := range names {
		if !strings.Contains(" checkpoint cp epoch keys origin pii policy reserve tile tmp ", " "+name.Name()+" ") {
			return "", broken("%s should not be in a log's folder", name.Name())
		}
	}
	text, _, err := split(newest)
	if err != nil {
		return "", err
	}
	if j.origin, j.signed, _, err = parseCheckpoint(text); err != nil {
		return "", err
	}
	shown := j.signed // a daemon that was killed between the two leaves the checkpoint one behind cp/
	if n := len(sizes); n > 1 && sizes[n-2] == shown {
		j.signed = sizes[n-1]
	}
	last := j.signed
	if n := len(sizes); n > 0 && sizes[n-1] > last {
		last = sizes[n-1]
	}
	j.size = j.storedHashCount()
	if int64(len(j.entries)) < last || j.size < last {
		return "", &failure{"journal_truncated", fmt.Sprintf("%d entries were signed, %d are left", last, len(j.entries))}
	}
	if len(sizes) == 0 || sizes[len(sizes)-1] != j.signed {
		return "", broken("the checkpoint is not the newest of cp/")
	}
	for _, check := range []func() error{j.checkTiles, j.readFacts, j.checkPolicy} {
		if err := check(); err != nil {
			return "", err
		}
	}
	if key != "" && key != j.keys[0] {
		return "", &failure{"journal_wrong_key", "the log's first key is another"}
	}
	if shown != j.signed && (j.last == "daemon.stop" || j.last == "identity.lock") {
		return "", broken("the checkpoint is not the newest of cp/")
	}
	if err := j.checkLinks(sizes); err != nil {
		return "", err
	}
	witnessed, parties := int64(0), 0
	for _, size := range sizes {
		file, _ := os.ReadFile(filepath.Join(dir, checkpointPath(size)))
		n, err := j.checkNote(file, size)
		if err == nil && size == shown {
			var m int
			if m, err = j.checkNote(newest, size); m > n {
				n = m
			}
		}
		if err != nil {
			return "", fmt.Errorf("%w (at size %d)", err, size)
		}
		if n > 0 {
			witnessed, parties = size, n
		}
	}
	if anchor != "" {
		if err := j.checkAnchor(anchor); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d entries, %d signed, %d epochs; witnessed to entry %d by %d parties; %d rest on this machine alone",
		j.size, j.signed, len(j.keys), witnessed, parties, j.size-witnessed), nil
}

// ---------------------------------------------------------------- entries and tiles

// tilePath is a path of C2SP tlog-tiles: every three digits of the index are an element.
func tilePath(folder string, index int64) string {
	name := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		name = fmt.Sprintf("x%03d/%s", index%1000, name)
	}
	return "tile/" + folder + "/" + name
}

func (j *journal) readEntries() error {
	for index := int64(0); int64(len(j.entries)) == index*width; index++ {
		data, err := os.ReadFile(filepath.Join(j.dir, tilePath("entries", index)))
		if err != nil {
			return nil
		}
		for len(data) > 0 {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) || int64(len(j.entries)) == (index+1)*width {
				j.torn = true
				return nil
			}
			n := 2 + int(binary.BigEndian.Uint16(data))
			if err := j.append(data[2:n]); err != nil {
				return err
			}
			data = data[n:]
		}
	}
	return nil
}

func (j *journal) append(entry []byte) error {
	hashes, err := tlog.StoredHashes(int64(len(j.entries)), entry, j.hashes)
	if err != nil {
		return broken("%v", err)
	}
	j.entries = append(j.entries, entry)
	j.hashes = append(j.hashes, hashes...)
	return nil
}

func (j *journal) storedHashCount() int64 {
	count := int64(0)
	for index := int64(0); ; index++ {
		data, err := os.ReadFile(filepath.Join(j.dir, tilePath("0", index)))
		if err != nil {
			return count
		}
		count += int64(len(data) / tlog.HashSize)
	}
}

// checkTiles compares every tile with what sumdb computes from the entries, and refuses any other file below tile/.
// Hashes of higher levels that cover no signed entry may be missing.
func (j *journal) checkTiles() error {
	if j.torn || j.size > int64(len(j.entries)) {
		return broken("entry %d is torn", len(j.entries))
	}
	expected := map[string]bool{}
	for index := int64(0); index*width < int64(len(j.entries)); index++ {
		expected[tilePath("entries", index)] = true
	}
	for level := 0; level*height < 63 && int64(len(j.entries))>>(level*height) > 0; level++ {
		least := j.size
		if level > 0 {
			least = j.signed >> (level * height)
		}
		most, have := j.size>>(level*height), int64(0)
		for index := int64(0); have == index*width && have < most; index++ {
			path := tilePath(strconv.Itoa(level), index)
			data, err := os.ReadFile(filepath.Join(j.dir, path))
			if err != nil {
				break
			}
			n := int64(len(data) / tlog.HashSize)
			if n == 0 || n > width || len(data)%tlog.HashSize != 0 || have+n > most {
				return broken("%s has the wrong size", path)
			}
			tile := tlog.Tile{H: height, L: level, N: index, W: int(n)}
			want, err := tlog.ReadTileData(tile, j.hashes)
			if err != nil || !bytes.Equal(data, want) {
				return broken("%s does not hold the hashes of the entries", path)
			}
			expected[path] = true
			have += n
		}
		if have < least {
			return broken("level %d of the tiles is short", level)
		}
	}
	return filepath.WalkDir(filepath.Join(j.dir, "tile"), func(path string, file fs.DirEntry, err error) error {
		if err != nil || file.IsDir() {
			return err
		}
		name, _ := filepath.Rel(j.dir, path)
		if !expected[filepath.ToSlash(name)] {
			return broken("%s should not be there", name)
		}
		return nil
	})
}

// ---------------------------------------------------------------- what entries say about the log

type entry struct {
	fields map[string]json.RawMessage
	data   map[string]json.RawMessage
}

func (e entry) text(name string) string {
	var s string
	json.Unmarshal(e.data[name], &s)
	return s
}

func parseEntry(data []byte, index int) (entry, string, error) {
	var e entry
	var event string
	var sequence, version int
	if json.Unmarshal(data, &e.fields) != nil || json.Unmarshal(e.fields["ev"], &event) != nil ||
		json.Unmarshal(e.fields["seq"], &sequence) != nil || sequence != index ||
		json.Unmarshal(e.fields["v"], &version) != nil || version != 1 ||
		json.Unmarshal(e.fields["d"], &e.data) != nil {
		return e, "", broken("entry %d is malformed or out of its place", index)
	}
	return e, event, nil
}

func (j *journal) readFacts() error {
	for index, data := range j.entries {
		e, event, err := parseEntry(data, index)
		if err != nil {
			return err
		}
		if int64(index) >= j.size {
			continue // its hash was never stored: it says nothing yet
		}
		if (event == "genesis") != (index == 0) {
			return broken("entry %d: genesis stands first, and only there", index)
		}
		if link, ok := e.fields["cp"]; ok {
			var hash tlog.Hash
			if json.Unmarshal(link, &hash) != nil {
				return broken("entry %d has a malformed cp", index)
			}
			j.links[int64(index)] = hash
		}
		j.last = event
		switch event {
		case "genesis":
			err = j.readGenesis(e)
		case "epoch.next":
			var epoch int
			if json.Unmarshal(e.data["epoch"], &epoch) != nil || epoch != len(j.keys) {
				return broken("entry %d does not begin epoch %d", index, len(j.keys))
			}
			err = j.addKey(e.text("vkey"), algEd25519)
			j.keys = append(j.keys, e.text("vkey"))
			j.ends = append(j.ends, int64(index)+1)
		case "witness.trusted":
			err = j.addKey(e.text("vkey"), algCosigned)
			j.witnesses = append(j.witnesses, e.text("vkey"))
			j.trusted = append(j.trusted, int64(index)+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readGenesis checks that the identity, by whose hash the log is named, signed the log's first key.
func (j *journal) readGenesis(e entry) error {
	identity, err1 := canonicalBase64(e.text("identity"))
	signature, err2 := canonicalBase64(e.text("signature"))
	vkey := e.text("vkey")
	if err1 != nil || err2 != nil || len(identity) != ed25519.PublicKeySize {
		return broken("genesis lacks its keys")
	}
	sum := sha256.Sum256(identity)
	owner := "parley.invalid/j/" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
	name := strings.SplitN(vkey, "+", 2)[0]
	if name != j.origin || name != owner && !strings.HasPrefix(name, owner+"/") {
		return broken("genesis names a log of another identity")
	}
	if generation := strings.TrimPrefix(name, owner); generation != "" {
		if n, err := strconv.Atoi(generation[1:]); err != nil || n < 2 || generation != fmt.Sprintf("/%d", n) {
			return broken("genesis names a log of another identity")
		}
	}
	if !ed25519.Verify(identity, []byte(vkey), signature) {
		return &failure{"journal_wrong_key", "the identity did not sign the log's key"}
	}
	j.keys = append(j.keys, vkey)
	_, err := newVerifier(vkey, algEd25519)
	return err
}

// addKey checks that a key is one, of its kind, and that nothing of it came before.
func (j *journal) addKey(vkey string, alg byte) error {
	v, err := newVerifier(vkey, alg)
	if err != nil {
		return err
	}
	if alg == algEd25519 && v.Name() != j.origin {
		return broken("a key of the log bears another name")
	}
	for _, other := range append(append([]string{}, j.keys...), j.witnesses...) {
		o, err := newVerifier(other, 0)
		if err != nil || o.KeyHash() == v.KeyHash() || bytes.Equal(o.key, v.key) {
			return broken("a key comes twice")
		}
	}
	return nil
}

// checkPolicy: policy holds exactly the keys that the log names. It may lag behind what is not signed yet.
func (j *journal) checkPolicy() error {
	file, err := os.ReadFile(filepath.Join(j.dir, "policy"))
	if err != nil {
		return broken("%v", err)
	}
	sizes := append(append([]int64{j.signed}, j.ends...), j.trusted...)
	for _, size := range sizes {
		if size < j.signed {
			continue
		}
		policy := "log " + j.keys[0] + "\n"
		for i, end := range j.ends {
			if end <= size {
				policy += "log " + j.keys[i+1] + "\n"
			}
		}
		for i, from := range j.trusted {
			if from <= size {
				policy += fmt.Sprintf("witness w%d %s\n", i+1, j.witnesses[i])
			}
		}
		if string(file) == policy+"quorum none\n" {
			if origin, err := os.ReadFile(filepath.Join(j.dir, "origin")); err == nil && string(origin) != j.origin+"\n" {
				return broken("origin is not the name of the log")
			}
			return nil
		}
	}
	return broken("policy does not hold exactly the keys that the log names")
}

// ---------------------------------------------------------------- checkpoints

func checkpointPath(size int64) string { return fmt.Sprintf("cp/%012d", size) }

func (j *journal) checkpointSizes() ([]int64, error) {
	files, _ := os.ReadDir(filepath.Join(j.dir, "cp"))
	var sizes []int64
	for _, file := range files {
		size, err := strconv.ParseInt(file.Name(), 10, 62)
		if err != nil || size <= 0 || checkpointPath(size) != "cp/"+file.Name() {
			return nil, broken("cp/%s is not the name of a checkpoint", file.Name())
		}
		sizes = append(sizes, size)
	}
	sort.Slice(sizes, func(a, b int) bool { return sizes[a] < sizes[b] })
	return sizes, nil
}

// checkLinks: an entry tells of each checkpoint but the newest; every epoch has its closing checkpoint.
func (j *journal) checkLinks(sizes []int64) error {
	kept := map[int64]bool{}
	for _, size := range sizes {
		kept[size] = true
		link, ok := j.links[size]
		root, err := tlog.TreeHash(size, j.hashes)
		if err != nil || size < j.size && (!ok || link != root) {
			return broken("no entry tells of the checkpoint at %d", size)
		}
	}
	for size := range j.links {
		if !kept[size] {
			return broken("the checkpoint at %d is missing", size)
		}
	}
	for _, end := range j.ends {
		if !kept[end] && !(end == j.size && end > j.signed) {
			return broken("the epoch that ends at %d has no closing checkpoint", end)
		}
	}
	return nil
}

// signers are the keys that sign a checkpoint of a size: its epoch's, and at the epoch's end also the next.
func (j *journal) signers(size int64) []string {
	epoch := sort.Search(len(j.ends), func(i int) bool { return size <= j.ends[i] })
	if epoch < len(j.ends) && j.ends[epoch] == size {
		return j.keys[epoch : epoch+2]
	}
	return j.keys[epoch : epoch+1]
}

// checkNote holds one signed note to everything: text, signers, order, encoding. It returns how many witnesses signed.
func (j *journal) checkNote(file []byte, size int64) (int, error) {
	text, lines, err := split(file)
	if err != nil {
		return 0, err
	}
	root, err := tlog.TreeHash(size, j.hashes)
	if err != nil {
		return 0, broken("%v", err)
	}
	var known []note.Verifier
	var order []string // what each line must be by: name+id
	for _, key := range j.signers(size) {
		v, err := newVerifier(key, algEd25519)
		if err != nil {
			return 0, err
		}
		known, order = append(known, v), append(order, v.id())
	}
	witnesses := map[string]bool{}
	for _, key := range j.witnesses {
		v, err := newVerifier(key, algCosigned)
		if err != nil {
			return 0, err
		}
		known, witnesses[v.id()] = append(known, v), true
	}
	opened, err := note.Open(file, note.VerifierList(known...))
	if err != nil {
		if _, ok := err.(*note.UnverifiedNoteError); ok {
			return 0, &failure{"journal_wrong_key", err.Error()}
		}
		return 0, broken("%v", err)
	}
	if text != fmt.Sprintf("%s\n%d\n%s\n", j.origin, size, root) {
		return 0, broken("the checkpoint does not show the tree of the entries")
	}
	if len(opened.UnverifiedSigs) != 0 || len(opened.Sigs) != len(lines) || len(lines) < len(order) {
		return 0, broken("a line too many or too few")
	}
	for i, line := range lines {
		if i < len(order) && line != order[i] || i >= len(order) && !witnesses[line] ||
			i > len(order) && !ordered(lines[i-1], line) {
			return 0, broken("the lines are not the expected ones")
		}
	}
	return len(lines) - len(order), nil
}

// checkAnchor: a checkpoint that was kept elsewhere must be this log's past.
func (j *journal) checkAnchor(path string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return broken("%v", err)
	}
	text, _, err := split(file)
	if err != nil {
		return err
	}
	origin, size, root, err := parseCheckpoint(text)
	if err != nil {
		return err
	}
	var known []note.Verifier
	for _, key := range j.keys {
		v, err := newVerifier(key, algEd25519)
		if err != nil {
			return err
		}
		known = append(known, v)
	}
	if origin != j.origin {
		return &failure{"journal_wrong_key", "the anchor is of another log"}
	}
	// A later epoch may have signed it, whose key a log that was cut does not know.
	if size > j.size {
		return &failure{"journal_truncated", fmt.Sprintf("the anchor shows %d entries, %d are left", size, j.size)}
	}
	if _, err := note.Open(file, note.VerifierList(known...)); err != nil {
		return &failure{"journal_wrong_key", "the anchor is not signed by a key of this log"}
	}
	if size == 0 {
		return nil
	}
	newest, err := tlog.TreeHash(j.size, j.hashes)
	if err != nil {
		return broken("%v", err)
	}
	proof, err := tlog.ProveTree(j.size, size, j.hashes)
	if err != nil || tlog.CheckTree(proof, j.size, newest, size, root) != nil {
		return broken("history was rewritten")
	}
	return nil
}

// ---------------------------------------------------------------- notes and keys

// split parts a note into its text and, for each line, the name and key id of its signer. The note must be exactly what
// writing its parts again gives: Go's decoder of Base64 alone would forgive some bits.
func split(file []byte) (string, []string, error) {
	at := bytes.LastIndex(file, []byte("\n\n"))
	if at < 0 || file[len(file)-1] != '\n' || at+2 == len(file) {
		text := string(file)
		if at >= 0 && at+2 == len(file) {
			text = text[:at+1]
		}
		if _, _, _, err := parseCheckpoint(text); err == nil {
			return "", nil, &failure{"journal_unsigned", "the checkpoint bears no signature"}
		}
		return "", nil, broken("not a signed note")
	}
	var ids []string
	for _, line := range strings.Split(strings.TrimSuffix(string(file[at+2:]), "\n"), "\n") {
		parts := strings.Split(line, " ")
		if len(parts) != 3 || parts[0] != "—" {
			return "", nil, broken("not a signed note")
		}
		signature, err := canonicalBase64(parts[2])
		if err != nil || len(signature) < 5 {
			return "", nil, broken("not a signed note")
		}
		ids = append(ids, fmt.Sprintf("%s+%08x", parts[1], binary.BigEndian.Uint32(signature)))
	}
	return string(file[:at+1]), ids, nil
}

func parseCheckpoint(text string) (origin string, size int64, root tlog.Hash, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return "", 0, root, broken("a checkpoint has three lines")
	}
	size, err1 := strconv.ParseInt(lines[1], 10, 62)
	hash, err2 := canonicalBase64(lines[2])
	if err1 != nil || err2 != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] || len(hash) != tlog.HashSize {
		return "", 0, root, broken("malformed checkpoint")
	}
	copy(root[:], hash)
	return lines[0], size, root, nil
}

func canonicalBase64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && base64.StdEncoding.EncodeToString(data) != text {
		err = fmt.Errorf("not canonical")
	}
	return data, err
}

// ordered tells whether two witnesses' lines stand in the order of names, then of keys.
func ordered(first, second string) bool {
	a, b := strings.LastIndex(first, "+"), strings.LastIndex(second, "+")
	if first[:a] != second[:b] {
		return first[:a] < second[:b]
	}
	return first[a:] < second[b:]
}

// A verifier adds to note's own, which knows only plain Ed25519, the timestamped cosignatures of tlog-cosignature.
type verifier struct {
	note.Verifier
	key []byte
	alg byte
}

// newVerifier reads a vkey; alg 0 takes either kind.
func newVerifier(vkey string, alg byte) (*verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, broken("malformed key")
	}
	key, err := canonicalBase64(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || alg != 0 && key[0] != alg {
		return nil, broken("malformed key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if fmt.Sprintf("%08x", binary.BigEndian.Uint32(sum[:])) != parts[1] {
		return nil, broken("malformed key")
	}
	plain, err := note.NewEd25519VerifierKey(parts[0], key[1:])
	if err != nil {
		return nil, broken("%v", err)
	}
	v, err := note.NewVerifier(plain)
	if err != nil || key[0] != algEd25519 && key[0] != algCosigned {
		return nil, broken("malformed key")
	}
	return &verifier{v, key[1:], key[0]}, nil
}

func (v *verifier) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(v.Name()+"\n"), append([]byte{v.alg}, v.key...)...))
	return binary.BigEndian.Uint32(sum[:])
}

func (v *verifier) id() string { return fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash()) }

func (v *verifier) Verify(text, signature []byte) bool {
	if v.alg == algEd25519 {
		return v.Verifier.Verify(text, signature)
	}
	if len(signature) != 8+ed25519.SignatureSize || signature[0] > 127 {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(v.key, []byte(signed), signature[8:])
}
