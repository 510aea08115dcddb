using System.Runtime.CompilerServices;
using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.CoExecution;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.Tracing;

/// <summary>What a step keeps of its past reaches a plateau, whatever the program does.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class BoundedGrowthTests
{
    [Fact]
    public void A_dormant_step_interns_no_location()
    {
        using TensorImpl x = Tensor(1f, 2f);
        x.SetRequiresGrad(true);
        int dormant = 0, inner = NewSite();
        Run(TerraMode.On, 200, (_, step) =>
        {
            AlwaysNew(x);
            LoopFrame frame = default;
            ProgramHooks.EnterLoop(inner, ref frame);
            ProgramHooks.NextTurn(ref frame);
            AlwaysNew(x);
            ProgramHooks.ExitLoop(ref frame);
            if (!OpCapture.IsActive)
            {
                dormant++;
                step.Root.TreeCount.Should().Be(0);
            }
        });

        dormant.Should().BeGreaterThan(100);
    }

    [Fact]
    public void A_step_that_is_always_new_keeps_nothing_of_what_it_forgot()
    {
        using TensorImpl x = Tensor(1f);
        var sizes = new Sizes();
        Run(TerraMode.On, 3000, (_, step) =>
        {
            sizes.Note(step);
            for (int i = 0; i < 20; i++)
            {
                At(NewSite(), () => Aten.mul_(x, 1.0));
            }
        });

        sizes.LargestTree.Should().BeLessThanOrEqualTo(16 * 20);
        sizes.LargestGraph.Should().BeLessThanOrEqualTo(16 * 41);
    }

    [Fact]
    public void A_step_two_fifths_of_whose_iterations_are_new_co_executes_the_others_within_bounds_and_is_planned_seldom()
    {
        var sizes = new Sizes();
        float[] Program(TerraMode mode, out StepSite site)
        {
            using TensorImpl x = Tensor(1f);
            site = Run(mode, 3000, (turn, step) =>
            {
                sizes.Note(step);
                for (int i = 0; i < 40; i++)
                {
                    At(turn % 5 is 1 or 3 ? NewSite() : i, () => Aten.mul_(x, 1.0001));
                }
            });
            return Values(x);
        }

        float[] woven = Program(TerraMode.On, out StepSite site);

        woven.Should().Equal(Program(TerraMode.Off, out _));
        site.Statistics.CoExecuted.Should().BeGreaterThan(1500);
        sizes.LargestGraph.Should().BeLessThan(20_000).And.BeGreaterThan(10_000);
        sizes.LargestTree.Should().BeLessThan(20_000);
        site.Statistics.Plans.Should().BeLessThan(150);
    }

    [Fact]
    public void A_step_half_of_whose_iterations_are_new_is_left_alone()
    {
        using TensorImpl x = Tensor(1f);
        var sizes = new Sizes();
        StepSite site = Run(TerraMode.On, 3000, (turn, step) =>
        {
            sizes.Note(step);
            for (int i = 0; i < 40; i++)
            {
                At(turn % 2 == 0 ? NewSite() : i, () => Aten.mul_(x, 1.0));
            }
        });

        site.Statistics.Traced.Should().BeLessThan(200);
        sizes.LargestGraph.Should().BeLessThan(1000);
        sizes.LargestTree.Should().BeLessThan(1000);
    }

    [Fact]
    public void Locations_without_ops_are_bounded_while_the_step_co_executes()
    {
        using TensorImpl x = Tensor(1f);
        var sizes = new Sizes();
        StepSite site = Run(TerraMode.On, 300, (_, step) =>
        {
            At(1, () => Aten.mul_(x, 1.0));
            for (int i = 0; i < 2000; i++)
            {
                At(NewSite(), static () => 0);
            }

            sizes.Note(step);
        });

        site.Statistics.CoExecuted.Should().BeGreaterThan(280);
        sizes.LargestTree.Should().Be(Location.TreeLimit);
        site.Root.TreeCount.Should().BeLessThan(Location.TreeLimit);
    }

    [Fact]
    public void Recursion_whose_every_call_path_is_new_fills_no_more_than_a_tree()
    {
        var sizes = new Sizes();
        float[] Program(TerraMode mode)
        {
            using TensorImpl x = Tensor(1f);
            Run(mode, 40, (turn, step) =>
            {
                sizes.Note(step);
                Descend(x, depth: turn % 4 == 3 ? 16 : 8, turn);
            });
            return Values(x);
        }

        // Two calls in each call: 2^17 paths, at each of which an op runs, a view is made and two calls have ids of their own.
        void Descend(TensorImpl x, int depth, int turn)
        {
            Aten.add_(x, x, 0.001);
            if (depth > 0)
            {
                for (int side = 0; side < 2; side++)
                {
                    At((turn * 1000) + side, () =>
                    {
                        Descend(x, depth - 1, turn);
                        return 0;
                    });
                }
            }
        }

        Program(TerraMode.On).Should().Equal(Program(TerraMode.Off));
        sizes.LargestTree.Should().BeLessThanOrEqualTo(Location.TreeLimit);
    }

    [Fact]
    public void A_tree_that_is_full_tells_deeper_stacks_no_longer_apart()
    {
        Location root = Location.ForStep(1);
        Location known = root.Child(LocationKind.Call, 1);
        for (int i = 2; i <= Location.TreeLimit; i++)
        {
            root.Child(LocationKind.Call, i);
        }

        root.IsTreeFull.Should().BeTrue();
        root.Child(LocationKind.Call, 1).Should().BeSameAs(known);
        root.Child(LocationKind.Call, Location.TreeLimit + 1).Should().BeSameAs(root);
        known.Child(LocationKind.Turn, 1, 2).Should().BeSameAs(known);
        root.TreeCount.Should().Be(Location.TreeLimit);
    }

    [Fact]
    public void Views_and_ops_at_one_place_of_unwoven_code_are_told_apart_up_to_a_limit()
    {
        using TensorImpl x = Tensor(1f, 2f);
        x.SetRequiresGrad(true);
        var sizes = new Sizes();
        StepSite site = Run(TerraMode.On, 8, (turn, step) =>
        {
            for (int i = 0; i < Location.OrdinalLimit + (1000 * turn); i++)
            {
                using TensorImpl view = Views.narrow(x, 0, i & 1, 1);
                using TensorImpl op = Aten.mul(view, 2);
            }

            sizes.Note(step);
        });

        sizes.LargestTree.Should().BeLessThanOrEqualTo(Location.OrdinalLimit + 1);
        site.Graph.NodeCount.Should().BeLessThanOrEqualTo((Location.OrdinalLimit / 2) + 1);
        site.Statistics.CoExecuted.Should().BeGreaterThan(3, "longer loops add nothing");
    }

    [Fact]
    public void An_iteration_longer_than_any_buffer_is_traced_in_parts_and_co_executes()
    {
        float[] Program(TerraMode mode, out StepSite site)
        {
            using TensorImpl x = Tensor(1f);
            int inner = NewSite();
            site = Run(mode, 8, _ =>
            {
                LoopFrame frame = default;
                ProgramHooks.EnterLoop(inner, ref frame);
                for (int i = 0; i < 30_000; i++)
                {
                    ProgramHooks.NextTurn(ref frame);
                    At(1, () => Aten.mul_(x, 1.0001));
                    At(2, () => Aten.sub_(x, x, 0.0001));
                }

                ProgramHooks.ExitLoop(ref frame);
            });
            return Values(x);
        }

        float[] woven = Program(TerraMode.On, out StepSite site);

        woven.Should().Equal(Program(TerraMode.Off, out _));
        site.Graph.NodeCount.Should().Be(2);
        site.Statistics.CoExecuted.Should().Be(4, "the first finds that the loop is long, three more settle");
    }

    [Fact]
    public void A_step_that_is_too_large_by_itself_is_left_alone()
    {
        float[] Program(TerraMode mode, out StepSite site, out bool wasCaptured)
        {
            using TensorImpl x = Tensor(1f);
            bool captured = false;
            site = Run(mode, 4, _ =>
            {
                for (int i = 0; i < 200_000; i++)
                {
                    At(1000 + i, () => Aten.mul_(x, 1.0001));
                }

                captured |= OpCapture.IsActive;
            });
            wasCaptured = captured;
            return Values(x);
        }

        float[] woven = Program(TerraMode.On, out StepSite site, out bool wasCaptured);

        woven.Should().Equal(Program(TerraMode.Off, out _, out _));
        wasCaptured.Should().BeFalse("the first iteration stopped tracing before its end, and the others did not begin to");
        site.Graph.Size.Should().Be(0);
    }

    [Fact]
    public void Locations_and_nodes_from_before_a_restart_can_be_collected()
    {
        (StepSite site, WeakReference root, WeakReference graph) = RunAndRestart();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        root.IsAlive.Should().BeFalse();
        graph.IsAlive.Should().BeFalse();
        site.Root.TreeCount.Should().Be(0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (StepSite Site, WeakReference Root, WeakReference Graph) RunAndRestart()
    {
        using TensorImpl x = Tensor(1f);
        StepSite site = Run(TerraMode.Trace, 4, _ => At(1, () => Aten.mul_(x, 1.0)));
        (StepSite Site, WeakReference Root, WeakReference Graph) result = (site, new WeakReference(site.Root), new WeakReference(site.Graph));
        site.Restart();

        // What the thread's flow knows of its place is replaced when the next iteration begins.
        Run(TerraMode.Trace, 1, static _ => { });
        return result;
    }

    /// <summary>An op, a view and calls at places where nothing ran before.</summary>
    private static void AlwaysNew(TensorImpl x) => At(NewSite(), () =>
    {
        using TensorImpl a = Aten.mul(x, 2);
        using TensorImpl view = Views.narrow(a, 0, 0, 1);
        return At(NewSite(), () => 0);
    });

    private sealed class Sizes
    {
        public int LargestTree { get; private set; }

        public int LargestGraph { get; private set; }

        public void Note(StepSite step)
        {
            LargestTree = Math.Max(LargestTree, step.Root.TreeCount);
            LargestGraph = Math.Max(LargestGraph, step.Graph.Size);
        }
    }
}
