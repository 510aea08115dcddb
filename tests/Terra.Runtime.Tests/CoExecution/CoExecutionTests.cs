using FluentAssertions;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>Co-execution against eager, on steps written with the hooks the weaver emits. Mode is process-wide, so not in parallel.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class CoExecutionTests
{
    [Fact]
    public void A_straight_step_settles_and_gives_the_same_bits()
    {
        List<float[]> Program(TerraMode mode, out StepSite step)
        {
            var seen = new List<float[]>();
            using TensorImpl x = Tensor(0.1f, 0.2f, 0.3f);
            step = Run(mode, 12, turn =>
            {
                using TensorImpl a = At(1, () => Aten.mul(x, 1.5 + turn));
                using TensorImpl b = At(2, () => Aten.exp(a));
                using TensorImpl c = At(3, () => Aten.add(b, x, 0.25));
                At(4, () => Aten.add_(x, c, 0.01));
                seen.Add(Values(c));
            });
            seen.Add(Values(x));
            return seen;
        }

        List<float[]> eager = Program(TerraMode.Off, out _);
        List<float[]> woven = Program(TerraMode.On, out StepSite site);
        List<float[]> verified = Program(TerraMode.Verify, out _);

        woven.Should().BeEquivalentTo(eager, options => options.WithStrictOrdering());
        verified.Should().BeEquivalentTo(eager, options => options.WithStrictOrdering());
        site.Statistics.CoExecuted.Should().Be(9, "two covered traces after the first suffice");
        site.Graph.NodeCount.Should().Be(4);
    }

    [Fact]
    public void Arguments_that_begin_to_overlap_are_refused()
    {
        var refused = new List<int>();
        using TensorImpl buffer = Tensor(1f, 2f, 3f, 4f, 5f, 6f);
        using var written = new TensorImpl(buffer.Storage, Layout.Contiguous(3), DType.Float32);
        using var apart = new TensorImpl(buffer.Storage, Layout.Contiguous(3), DType.Float32, 3);
        using var overlapping = new TensorImpl(buffer.Storage, Layout.Contiguous(3), DType.Float32, 1);
        Run(TerraMode.On, 14, turn =>
        {
            try
            {
                At(1, () => Aten.add_(written, turn is 10 or 12 ? overlapping : apart, 1));
            }
            catch (System.Runtime.InteropServices.ExternalException)
            {
                refused.Add(turn);
            }
        });
        refused.Should().Equal(10, 12);
        Values(buffer).Should().Equal(49, 62, 75, 4, 5, 6);
    }

    [Fact]
    public void Placeholders_that_divide_integers_are_checked_for_zeros()
    {
        int refused = 0;
        using TensorImpl ones = Aten.full([3], 1, DType.Int64);
        Run(TerraMode.On, 12, turn =>
        {
            using TensorImpl divisor = At(1, () => Aten.mul(ones, turn == 10 ? 0 : 2));
            try
            {
                At(2, () => Aten.floor_divide(ones, divisor)).Dispose();
            }
            catch (System.Runtime.InteropServices.ExternalException error) when (error.Message == "ZeroDivisionError")
            {
                refused++;
            }
        });
        refused.Should().Be(1);
    }

    [Fact]
    public void A_branch_that_appears_late_falls_back_and_is_learnt()
    {
        float[] Program(TerraMode mode, out StepSite step)
        {
            using TensorImpl x = Tensor(1f, -2f);
            step = Run(mode, 40, turn =>
            {
                using TensorImpl a = At(1, () => Aten.mul(x, 0.5));
                if (turn is 20 or 30)
                {
                    At(2, () => Aten.add_(a, x, 3));
                }

                At(3, () => Aten.add_(x, a, 0.5));
            });
            return Values(x);
        }

        float[] eager = Program(TerraMode.Off, out _);
        float[] woven = Program(TerraMode.On, out StepSite site);

        woven.Should().Equal(eager);
        site.Statistics.CoExecuted.Should().Be(36);
        site.Graph.CountForks().Should().Be(1);
    }

    [Fact]
    public void A_placeholder_stays_readable_after_the_step()
    {
        var kept = new List<TensorImpl>();
        using TensorImpl x = Tensor(1f, 2f);
        Run(TerraMode.On, 20, turn =>
        {
            TensorImpl a = At(1, () => Aten.mul(x, 2.0 + turn));
            if (turn % 7 == 0)
            {
                kept.Add(a);
            }
            else
            {
                a.Dispose();
            }

            At(2, () => Aten.add_(x, x, 0.125));
        });

        using TensorImpl y = Tensor(1f, 2f);
        for (int turn = 0; turn < 20; turn++)
        {
            using TensorImpl a = Aten.mul(y, 2.0 + turn);
            if (turn % 7 == 0)
            {
                Values(kept[turn / 7]).Should().Equal(Values(a));
            }

            Aten.add_(y, y, 0.125);
        }
    }

    [Fact]
    public void An_exception_in_mid_step_loses_nothing()
    {
        float[] Program(TerraMode mode)
        {
            using TensorImpl x = Tensor(1f, 2f);
            for (int round = 0; round < 3; round++)
            {
                try
                {
                    Run(mode, 10, turn =>
                    {
                        At(1, () => Aten.mul_(x, 1.25));
                        if (turn == 8)
                        {
                            throw new InvalidOperationException("user code");
                        }

                        At(2, () => Aten.sub_(x, x, 0.5));
                    });
                }
                catch (InvalidOperationException)
                {
                }
            }

            return Values(x);
        }

        Program(TerraMode.On).Should().Equal(Program(TerraMode.Off));
    }

    [Fact]
    public void Writes_from_outside_wait_for_pending_reads()
    {
        float[] Program(TerraMode mode)
        {
            using TensorImpl x = Tensor(1f, 2f);
            using TensorImpl sum = Tensor(0f, 0f);
            Run(mode, 50, turn =>
            {
                At(1, () => Aten.add_(sum, x, 1));
                unsafe
                {
                    ((float*)x.WriteData())[turn & 1] = turn;
                }
            });
            return Values(sum);
        }

        Program(TerraMode.On).Should().Equal(Program(TerraMode.Off));
    }

    [Fact]
    public void A_failed_kernel_is_reported_where_its_value_is_read_and_nowhere_else()
    {
        var fragile = new OpDef("test::fragile(Tensor self) -> Tensor", static call => [new OutputSpec(call.Input(0).Layout, call.Input(0).DType)])
        {
            Kernel = static _ => throw new OutOfMemoryException("no room"),
        };
        using TensorImpl x = Tensor(1f, 2f);
        var runner = new GraphRunner("test");
        TensorImpl Submit(TensorImpl input)
        {
            var call = new OpInvocation(fragile).Add(input);
            TensorImpl output = TensorImpl.Placeholder(input.Layout, input.DType, runner, runner.NextSequence);
            call.Outputs = [output];
            var item = new WorkItem { Call = call };
            item.BeginUses(runner, runner.NextSequence);
            runner.Accept(item);
            return output;
        }

        using TensorImpl broken = Submit(x);
        using TensorImpl dependent = Submit(broken);

        FluentActions.Invoking(() => Values(broken)).Should().Throw<OutOfMemoryException>();
        FluentActions.Invoking(() => Values(dependent)).Should().Throw<OutOfMemoryException>();
        Values(x).Should().Equal(1f, 2f);
        runner.Dispose();
    }

    [Fact]
    public void A_program_that_never_settles_is_left_alone()
    {
        using TensorImpl x = Tensor(1f);
        StepSite site = Run(TerraMode.On, 2000, turn =>
        {
            for (int i = 0; i < 3; i++)
            {
                At(10 + (turn * 3) + i, () => Aten.mul_(x, 1.0));
            }
        });

        site.Statistics.Traced.Should().BeLessThan(300);
        site.Statistics.CoExecuted.Should().Be(0);
    }
}

/// <summary>Tests that set what holds for the whole process (mode, number of threads, choice of kernels) run one at a time.</summary>
[CollectionDefinition(nameof(TerraRuntime), DisableParallelization = true)]
public sealed class TerraRuntimeCollection;
