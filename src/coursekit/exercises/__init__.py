"""Items, answers and release: what trainees are asked, what they answer, and what they are given."""
