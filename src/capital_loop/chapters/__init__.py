"""What each chapter computes: glue from the record to the models, without figures of its own."""
