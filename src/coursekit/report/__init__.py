"""What can be measured in the course's texts and role-plays: phrases said twice, reading ease, where the best reply stands and how
long it is, what anybody ever sees, how bots score. Each measurement is a function without side effects in a module of its own;
`coursekit.report.show.show` takes all of them and prints them."""
