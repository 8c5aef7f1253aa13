"""What can be measured in the course's texts and role-plays: phrases said twice, reading ease, where the best reply stands, what is
ever seen, how bots score. `whole.report` measures all of it, `print_report` prints it."""
