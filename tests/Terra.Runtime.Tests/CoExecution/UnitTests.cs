using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Heavy;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>What a unit keeps of the ways in which its ops were met: enough to go on fast, and no more than so much.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class UnitTests : IDisposable
{
    private readonly long _patience = GraphRunner.ProducerPatience;

    public UnitTests() => GraphRunner.ProducerPatience = long.MaxValue;

    public void Dispose() => GraphRunner.ProducerPatience = _patience;

    [Fact]
    public void A_unit_that_is_met_in_ever_new_ways_keeps_the_kernels_of_the_last_ones()
    {
        const int Ops = 6, Ways = 1 << Ops, Rounds = 2;
        using TensorImpl x = Tensor(0.5f, -1f, 2f);
        var eager = new List<float[]>();
        var actual = new List<float[]>();
        int mostKernels = 0;

        void Turn(int turn, List<float[]> seen)
        {
            var kept = new List<TensorImpl>();
            TensorImpl value = Aten.mul(x, 1.25);
            for (int op = 0; op < Ops; op++)
            {
                TensorImpl next = At(10 + op, () => Aten.add(value, 0.75, 1));
                if ((turn >> op & 1) != 0)
                {
                    kept.Add(value);
                }
                else
                {
                    value.Dispose();
                }

                value = next;
            }

            using TensorImpl sum = Aten.sum(value, [], false, null);
            value.Dispose();
            seen.Add(Values(sum));
            seen.AddRange(kept.Select(Values));
            kept.ForEach(static tensor => tensor.Dispose());
        }

        Run(TerraMode.Off, Ways * Rounds, turn => Turn(turn, eager));
        Run(TerraMode.On, Ways * Rounds, (turn, step) =>
        {
            Turn(turn, actual);
            mostKernels = Math.Max(mostKernels, Units(step).Select(static unit => unit.KernelCount).DefaultIfEmpty().Max());
        });

        actual.Should().BeEquivalentTo(eager, static options => options.WithStrictOrdering());
        mostKernels.Should().Be(Unit.MostKernels);
    }

    [Fact]
    public void A_product_that_was_small_at_first_takes_the_ops_behind_it_along_once_it_is_large()
    {
        using TensorImpl few = TensorData.Random(DType.Float32, 1, 4053, 9), narrow = TensorData.Random(DType.Float32, 2, 9, 3);
        using TensorImpl rows = TensorData.Random(DType.Float32, 3, 129, 67), wide = TensorData.Random(DType.Float32, 4, 67, 131);
        var launches = new List<long>();

        Run(TerraMode.On, 24, turn =>
        {
            bool isSmall = turn < 9 || turn is > 17 and < 21;
            using TensorImpl product = Aten.mm(isSmall ? few : rows, isSmall ? narrow : wide);
            using TensorImpl positive = Aten.relu(product), scaled = Aten.mul(positive, 0.5), sum = Aten.sum(scaled, [], false, null);
            product.Dispose();
            sum.ReadData();
            launches.Add(ProgramFlow.Current!.Runner.Launches);
        });

        Launched(8).Should().Be(3, "a small product, the two ops behind it, and a sum");
        Launched(12).Should().Be(2, "the product with the two ops behind it, and a sum");
        Launched(17).Should().Be(2);
        Launched(20).Should().Be(3);
        Launched(23).Should().Be(2);

        long Launched(int turn) => launches[turn] - launches[turn - 1];
    }

    [Fact]
    public void The_cache_of_kernels_is_emptied_when_it_is_full()
    {
        using TensorImpl x = Tensor(1f, 2f, 4f);
        for (int i = 0; i < PointwiseKernel.MostCached + 10; i++)
        {
            var builder = new PointwiseBuilder();
            PointwiseKernel.Get(builder.Build(builder.Add(builder.NewInput(DType.Float32), builder.Const(i, DType.Float32))));
        }

        PointwiseKernel.Cached.Should().BeLessThanOrEqualTo(PointwiseKernel.MostCached);
        using TensorImpl sum = Aten.add(x, 0.5, 1);
        Values(sum).Should().Equal(1.5f, 2.5f, 4.5f);
    }

    private static IEnumerable<Unit> Units(StepSite step) =>
        step.Plan is not { } plan ? [] : step.Graph.Snapshot().Select(plan.PlaceOf).Select(static place => place.Segment?.UnitAt(place.Index)).OfType<Unit>();
}
