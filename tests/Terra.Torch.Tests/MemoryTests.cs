using FluentAssertions;
using Terra.Runtime.Core;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests;

public sealed class MemoryTests
{
    [Fact]
    public void What_is_kept_can_be_given_back()
    {
        zeros([1 << 20]).Dispose();
        CachingAllocator.Shared.Statistics.Cached.Should().BeGreaterThanOrEqualTo(4 << 20);
        CachingAllocator.Shared.EmptyCache();
        CachingAllocator.Shared.Statistics.Cached.Should().BeLessThan(4 << 20);
    }

    [Fact]
    public void Tensors_that_nobody_holds_are_not_collected_while_they_are_read()
    {
        const int Length = 1 << 20;
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                zeros([Length]).Dispose();
            }
        });
        collector.Start();
        for (int round = 0; round < 100; round++)
        {
            float[] values = full([Length], round, dtype: float32).data<float>().ToArray();
            values.AsSpan().IndexOfAnyExcept((float)round).Should().Be(-1, "round {0}", round);
            full([1], round, dtype: float32).item<float>().Should().Be(round);
        }

        stop.Cancel();
        collector.Join();
    }
}
