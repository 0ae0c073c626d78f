"""The instructor's side: exercises declared with their answers, and released without them."""
