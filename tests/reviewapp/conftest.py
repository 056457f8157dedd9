"""What the tests of the app share."""

