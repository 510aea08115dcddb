using Xunit;

namespace Terra.EndToEnd.Tests;

/// <summary>Tests that set the process's mode do not run beside each other.</summary>
[CollectionDefinition(nameof(OneAtATime), DisableParallelization = true)]
public sealed class OneAtATime;
