using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>Which loop's turns are taken as iterations, and how loops inside a step are told apart.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class StepDetectionTests : IDisposable
{
    private readonly TerraMode _before = TerraRuntime.Mode;

    public StepDetectionTests() => TerraRuntime.Mode = TerraMode.On;

    public void Dispose() => TerraRuntime.Mode = _before;

    [Fact]
    public void The_innermost_loop_that_steps_an_optimizer_is_the_step()
    {
        int epochs = NewSite(), batches = NewSite();

        Loop(epochs, 3, () => Loop(batches, 10, StepMarkers.OptimizerStep));

        LoopSite.Get(batches).Step.Should().NotBeNull();
        LoopSite.Get(epochs).Step.Should().BeNull();
    }

    [Fact]
    public void With_gradient_accumulation_the_loop_that_steps_takes_over_from_the_one_that_only_goes_backward()
    {
        int outer = NewSite(), micro = NewSite();
        using TensorImpl x = Tensor(1f);

        Loop(outer, 30, () =>
        {
            Loop(micro, 4, () =>
            {
                At(1, () => Aten.mul_(x, 1.0));
                StepMarkers.Backward();
            });
            At(2, () => Aten.add_(x, x, 0));
            StepMarkers.OptimizerStep();
        });

        StepSite step = LoopSite.Get(outer).Step!;
        step.Statistics.CoExecuted.Should().BeGreaterThan(20);
        step.Graph.NodeCount.Should().Be(5, "four turns of the inner loop, unrolled, and the update");
    }

    [Fact]
    public void A_loop_that_only_calls_a_model_becomes_a_step_unless_it_contains_training()
    {
        int evaluation = NewSite(), epochs = NewSite(), training = NewSite();

        int model = 0;
        Loop(evaluation, 6, () => Model(ref model, static () => { }));
        Loop(epochs, 6, () =>
        {
            Loop(training, 5, StepMarkers.OptimizerStep);
            Model(ref model, static () => { });
        });

        LoopSite.Get(evaluation).Step.Should().NotBeNull();
        LoopSite.Get(training).Step.Should().NotBeNull();
        LoopSite.Get(epochs).Step.Should().BeNull();
    }

    [Fact]
    public void A_loop_whose_trip_count_keeps_changing_is_folded()
    {
        int outer = NewSite(), inner = NewSite();
        using TensorImpl x = Tensor(1f);
        int turn = 0;

        Loop(outer, 60, () =>
        {
            Loop(inner, 1 + (turn++ * 7 % 11), () => At(1, () => Aten.mul_(x, 1.0)));
            StepMarkers.OptimizerStep();
        });

        LoopSite.Get(inner).IsFolded.Should().BeTrue();
        StepSite step = LoopSite.Get(outer).Step!;
        step.Graph.NodeCount.Should().Be(1);
        step.Graph.CountLoops().Should().Be(1);
        step.Statistics.CoExecuted.Should().BeGreaterThan(20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_loop_that_is_folded_loses_nothing_that_was_merged(int longTurn)
    {
        int outer = NewSite(), inner = NewSite();
        using TensorImpl x = Tensor(1f);
        int turn = 0;
        long tracedWhenFolded = -1;

        Loop(outer, 60, () =>
        {
            if (tracedWhenFolded < 0 && LoopSite.Get(inner).IsFolded)
            {
                tracedWhenFolded = LoopSite.Get(outer).Step!.Statistics.Traced;
            }

            At(1, () => Aten.mul_(x, 1.0));
            int turns = turn++ < 20 ? 2 : longTurn > 0 ? longTurn : turn - 18;
            Loop(inner, turns, () =>
            {
                At(2, () => Aten.mul_(x, 1.0));
                At(3, () => Aten.mul_(x, 1.0));
            });
            At(4, () => Aten.mul_(x, 1.0));
            StepMarkers.OptimizerStep();
        });

        StepSite step = LoopSite.Get(outer).Step!;
        tracedWhenFolded.Should().BePositive();
        step.Statistics.Traced.Should().Be(tracedWhenFolded, "what was merged is a path through the folded loop, however long that is");
        step.Graph.NodeCount.Should().Be(4);
        step.Graph.CountLoops().Should().Be(1);
    }

    [Fact]
    public void A_scope_marks_the_step()
    {
        using TensorImpl x = Tensor(2f);
        long before = TerraStatistics.Snapshot().CoExecuted;

        for (int i = 0; i < 10; i++)
        {
            using (StepScope.Begin(nameof(A_scope_marks_the_step)))
            {
                Aten.mul_(x, 0.5);
                using (StepScope.Begin("inner, which does nothing here"))
                {
                    Aten.mul_(x, 2.0);
                }
            }
        }

        (TerraStatistics.Snapshot().CoExecuted - before).Should().Be(7);
        Values(x).Should().Equal(2f);
    }

    [Fact]
    public void Names_of_scopes_beyond_a_limit_are_one_step()
    {
        TerraRuntime.Reset();
        using TensorImpl x = Tensor(1f);
        string[] names = [.. Enumerable.Range(0, StepScope.MostNames + 300).Select(static number => $"numbered {number}")];
        foreach (string name in names)
        {
            using StepScope scope = StepScope.Begin(name);
            Aten.mul_(x, 1.0);
        }

        int first = SiteTable.NextId();
        foreach (string name in names.TakeLast(200))
        {
            using StepScope scope = StepScope.Begin(name + " again");
            Aten.mul_(x, 1.0);
        }

        SiteTable.NextId().Should().Be(first + 1, "names that come late get no step of their own");
        TerraRuntime.Reset();
        Values(x).Should().Equal(1f);
    }

    [Fact]
    public void A_marked_method_wins_over_the_loop_that_calls_it_and_steps_an_optimizer()
    {
        int loop = NewSite(), marked = NewSite();
        using TensorImpl x = Tensor(2f);

        Loop(loop, 12, () =>
        {
            Marked(marked, () => At(1, () => Aten.mul_(x, 1.5)));
            At(2, () => Aten.mul_(x, 0.5));
            StepMarkers.OptimizerStep();
        });

        LoopSite.Get(loop).Step.Should().BeNull();
        StepSite step = LoopSite.Get(marked).Step!;
        step.Statistics.Iterations.Should().Be(12);
        step.Statistics.CoExecuted.Should().Be(9);
        step.Graph.NodeCount.Should().Be(1, "the op outside the method is no part of the step");
        Values(x).Should().Equal(2f * MathF.Pow(0.75f, 12));
    }

    [Fact]
    public void A_marked_method_takes_over_from_a_loop_that_became_the_step_before_it_was_called()
    {
        int epochs = NewSite(), loop = NewSite(), marked = NewSite();
        using TensorImpl x = Tensor(2f);
        int turn = 0;

        Loop(epochs, 2, () => Loop(loop, 12, () =>
        {
            At(1, () => Aten.mul_(x, 2.0));
            StepMarkers.OptimizerStep();
            if (turn++ >= 8)
            {
                Marked(marked, () => At(2, () => Aten.mul_(x, 0.5)));
            }
        }));

        LoopSite.Get(epochs).Step.Should().BeNull();
        LoopSite.Get(loop).Step.Should().BeNull();
        LoopSite.Get(marked).Step!.Statistics.CoExecuted.Should().Be(16 - 3);
        Values(x).Should().Equal(2f * 256);
    }

    [Fact]
    public void A_marked_method_inside_another_is_part_of_its_step()
    {
        int outer = NewSite(), between = NewSite(), inner = NewSite();
        using TensorImpl x = Tensor(2f);

        for (int call = 0; call < 10; call++)
        {
            Marked(outer, () => Loop(between, 2, () => Marked(inner, () =>
            {
                At(1, () => Aten.mul_(x, 1.0));
                StepMarkers.OptimizerStep();
            })));
        }

        LoopSite.Get(inner).Step.Should().BeNull();
        LoopSite.Get(between).Step.Should().BeNull();
        StepSite step = LoopSite.Get(outer).Step!;
        step.Statistics.CoExecuted.Should().Be(7);
        step.Graph.NodeCount.Should().Be(2);
    }

    [Fact]
    public void A_scope_wins_over_the_loop_around_it()
    {
        int loop = NewSite();
        using TensorImpl x = Tensor(2f);
        long before = TerraStatistics.Snapshot().CoExecuted;

        Loop(loop, 10, () =>
        {
            using (StepScope.Begin(nameof(A_scope_wins_over_the_loop_around_it)))
            {
                Aten.mul_(x, 1.0);
            }

            StepMarkers.Backward();
        });

        LoopSite.Get(loop).Step.Should().BeNull();
        (TerraStatistics.Snapshot().CoExecuted - before).Should().Be(7);
    }

    [Fact]
    public void A_model_that_is_called_without_gradients_and_without_a_loop_is_a_step()
    {
        using TensorImpl x = Tensor(2f);
        int model = 0, other = 0;
        using (new NoGradients())
        {
            for (int request = 0; request < 12; request++)
            {
                Model(ref model, () => At(1, () => Aten.mul_(x, 0.5)));
                At(2, () => Aten.mul_(x, 2.0));
                Model(ref other, static () => { });
            }
        }

        StepSite step = LoopSite.Get(model).Step!;
        step.Statistics.Iterations.Should().Be(12 - 3, "three calls show that it is called again and again");
        step.Statistics.CoExecuted.Should().Be(12 - 3 - 3);
        step.Graph.NodeCount.Should().Be(1);
        LoopSite.Get(other).Step.Should().NotBeNull().And.NotBeSameAs(step);
        Values(x).Should().Equal(2f);
    }

    [Fact]
    public void A_model_that_is_called_in_a_loop_or_with_gradients_is_no_step_itself()
    {
        int withGradients = 0, inLoop = 0, loop = NewSite();

        for (int call = 0; call < 10; call++)
        {
            Model(ref withGradients, static () => { });
        }

        using (new NoGradients())
        {
            Loop(loop, 10, () => Model(ref inLoop, static () => { }));
        }

        withGradients.Should().Be(0);
        inLoop.Should().Be(0);
        LoopSite.Get(loop).Step.Should().NotBeNull();
    }

    [Fact]
    public void A_model_that_throws_or_marks_a_step_itself_leaves_nothing_behind()
    {
        int failing = 0, marking = 0, marked = NewSite();
        using TensorImpl x = Tensor(2f);
        using (new NoGradients())
        {
            for (int call = 0; call < 10; call++)
            {
                Action failingCall = () => Model(ref failing, () =>
                {
                    At(1, () => Aten.mul_(x, 1.0));
                    throw new InvalidOperationException("user code");
                });
                failingCall.Should().Throw<InvalidOperationException>();
                OpCapture.IsActive.Should().BeFalse();
                Model(ref marking, () => Marked(marked, () => At(2, () => Aten.mul_(x, 1.0))));
            }
        }

        LoopSite.Get(failing).Step!.Statistics.CoExecuted.Should().Be(4);
        LoopSite.Get(marking).Step.Should().BeNull();
        LoopSite.Get(marked).Step!.Statistics.CoExecuted.Should().Be(7);
    }

    private static void Model(ref int model, Action forward)
    {
        LoopFrame frame = default;
        try
        {
            StepMarkers.EnterModel(ref model, ref frame);
            forward();
        }
        finally
        {
            StepMarkers.ExitModel(ref frame);
        }
    }

    private static void Marked(int site, Action body)
    {
        LoopFrame frame = default;
        ProgramHooks.EnterStep(site, ref frame);
        try
        {
            body();
        }
        finally
        {
            ProgramHooks.ExitStep(ref frame);
        }
    }

    private sealed class NoGradients : IDisposable
    {
        private readonly bool _before = GradMode.Set(false);

        public void Dispose() => GradMode.Set(_before);
    }

    private static void Loop(int site, int turns, Action body)
    {
        LoopFrame frame = default;
        ProgramHooks.EnterLoop(site, ref frame);
        for (int turn = 0; turn < turns; turn++)
        {
            ProgramHooks.NextTurn(ref frame);
            body();
        }

        ProgramHooks.ExitLoop(ref frame);
    }
}
