using Xunit;

// The default generator belongs to the process: tests that seed it and draw from it must not run beside others that draw.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
