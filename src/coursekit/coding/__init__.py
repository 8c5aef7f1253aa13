"""What kind of reply a trainee wrote: the codes it may carry, how sure that is, and the words that spoke for them."""
