// Waits until every index answers.
// $seconds: longest time to wait
CALL db.awaitIndexes($seconds)
