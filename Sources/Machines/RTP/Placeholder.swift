// This file is replaced by the first code of its target.
