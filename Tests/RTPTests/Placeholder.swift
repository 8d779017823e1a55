// This file is replaced by the first test of its target.
