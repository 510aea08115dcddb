using FluentAssertions;
using Terra.Runtime.Core;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests;

public sealed class MemoryTests
{
    [Fact]
    public void Eager_steps_take_no_memory_from_the_system_in_steady_state()
    {
        manual_seed(5);
        using nn.Module<Tensor, Tensor> model = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding: 1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(96, 32), nn.LayerNorm(32), nn.Tanh(), nn.Linear(32, 4));
        using optim.Optimizer optimizer = optim.Adam(model.parameters(), 1e-3);
        using Tensor x = randn([16, 1, 8, 8]), y = randint(0, 4, [16], dtype: int64);
        for (int step = 0; step < 20; step++)
        {
            Step();
        }

        // The first collections bring back what was allocated before scopes disposed of it; after that nothing is new.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Step();
        long before = CachingAllocator.Shared.SystemAllocations, allocated = CachingAllocator.Shared.Statistics.Allocated;
        for (int step = 0; step < 100; step++)
        {
            Step();
        }

        CachingAllocator.Shared.SystemAllocations.Should().Be(before);
        CachingAllocator.Shared.Statistics.Allocated.Should().Be(allocated);

        void Step()
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.forward(x), y).backward();
            optimizer.step();
        }
    }

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
