// Waits until every index answers.
// $seconds: how long at most
CALL db.awaitIndexes($seconds)
