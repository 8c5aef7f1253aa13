"""Submissions in, scores and gradebook out: what instructors do with what trainees hand in."""
