using System.Runtime.ExceptionServices;
using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.CoExecution;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.Tracing;

/// <summary>Async methods written with the hooks that the weaver would have put there, with each change of threads where the test wants it.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class AsyncFlowTests : IDisposable
{
    private const int Calls = 12;

    private readonly TerraMode _before = TerraRuntime.Mode;
    private readonly TensorImpl _x = Tensor(1f);

    public AsyncFlowTests() => TerraRuntime.Mode = TerraMode.On;

    public void Dispose()
    {
        TerraRuntime.Mode = _before;
        _x.Dispose();
    }

    [Fact]
    public void A_caller_on_its_way_out_does_not_move_a_method_that_has_resumed_elsewhere() =>
        InAThreadOfItsOwn(() =>
        {
            int site = NewSite();
            for (int call = 0; call < Calls; call++)
            {
                Method step = new(), helper = new();
                step.Resume();
                step.EnterStep(site);
                Location? atHelper = ProgramHooks.EnterCall(1);
                helper.Resume();
                At(2, Op);
                helper.Suspend();
                OnTwoThreads(
                    first: () =>
                    {
                        helper.Resume();
                        return ProgramHooks.EnterCall(3);
                    },
                    here: () =>
                    {
                        ProgramHooks.ExitCall(atHelper);
                        step.Suspend();
                        step.Leave();
                    },
                    then: at =>
                    {
                        Op();
                        ProgramHooks.ExitCall(at);
                        helper.Leave();
                        step.Resume();
                        At(4, Op);
                        step.ExitStep();
                        step.Leave();
                    });
            }

            StepSite found = LoopSite.Get(site).Step!;
            found.Graph.NodeCount.Should().Be(3);
            found.Statistics.CoExecuted.Should().Be(Calls - 3);
        });

    [Fact]
    public void A_helper_that_is_awaited_later_and_its_caller_do_not_get_into_each_others_way() =>
        InAThreadOfItsOwn(() =>
        {
            int site = NewSite();
            for (int call = 0; call < Calls; call++)
            {
                Method step = new(), helper = new();
                step.Resume();
                step.EnterStep(site);
                Location? atHelper = ProgramHooks.EnterCall(1);
                helper.Resume();
                helper.Suspend();
                ProgramHooks.ExitCall(atHelper);
                Location? atWork = ProgramHooks.EnterCall(2);
                Op();
                OnTwoThreads(
                    first: () =>
                    {
                        helper.Resume();
                        At(3, Op);
                        return ProgramHooks.EnterCall(4);
                    },
                    here: Op,
                    then: at =>
                    {
                        Op();
                        ProgramHooks.ExitCall(at);
                        helper.Leave();
                    });
                Op();
                ProgramHooks.ExitCall(atWork);
                At(5, Op);
                step.ExitStep();
                step.Leave();
            }

            StepSite found = LoopSite.Get(site).Step!;
            found.Graph.NodeCount.Should().Be(4, "the helper's own ops ran beside the step");
            found.Statistics.CoExecuted.Should().Be(Calls - 3);
        });

    [Fact]
    public void What_the_caller_does_while_a_step_is_suspended_is_no_part_of_it() =>
        InAThreadOfItsOwn(() =>
        {
            int site = NewSite();
            Method program = new();
            program.Resume();
            for (int call = 0; call < Calls; call++)
            {
                Method step = new();
                step.Resume();
                step.EnterStep(site);
                At(1, Op);
                step.Suspend();
                step.Leave();
                At(2, Op);
                OnTwoThreads(
                    first: () =>
                    {
                        step.Resume();
                        At(3, Op);
                        step.ExitStep();
                        step.Leave();
                        return null;
                    },
                    here: static () => { },
                    then: static _ => { });
            }

            program.Leave();
            StepSite found = LoopSite.Get(site).Step!;
            found.Graph.NodeCount.Should().Be(2);
            found.Statistics.CoExecuted.Should().Be(Calls - 3);
        });

    [Fact]
    public void Steps_of_requests_that_overlap_on_a_thread_each_have_a_flow_which_later_requests_use_again() =>
        InAThreadOfItsOwn(() =>
        {
            int site = NewSite();
            var flows = new HashSet<ProgramFlow>();
            for (int call = 0; call < Calls; call++)
            {
                Method[] requests = [new(), new()];
                foreach (Method request in requests)
                {
                    request.Resume();
                    flows.Add(request.Flow);
                    request.EnterStep(site);
                    At(1, Op);
                    request.Suspend();
                    request.Leave();
                }

                foreach (Method request in requests)
                {
                    OnTwoThreads(
                        first: () =>
                        {
                            request.Resume();
                            At(2, Op);
                            request.ExitStep();
                            request.Leave();
                            return null;
                        },
                        here: static () => { },
                        then: static _ => { });
                }
            }

            flows.Should().HaveCount(2);
            StepSite found = LoopSite.Get(site).Step!;
            found.Graph.NodeCount.Should().Be(2);
            found.Statistics.Iterations.Should().Be(2 * Calls);
            found.Statistics.CoExecuted.Should().Be((2 * Calls) - 4);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Methods_that_are_started_one_after_the_other_go_on_side_by_side(bool inALoop) =>
        InAThreadOfItsOwn(() =>
        {
            int site = NewSite();
            LoopFrame loop = default;
            ProgramHooks.EnterLoop(NewSite(), ref loop);
            ProgramHooks.NextTurn(ref loop);
            if (!inALoop)
            {
                ProgramHooks.ExitLoop(ref loop);
            }

            Method[] methods = [new(), new()];
            foreach (Method method in methods)
            {
                method.Resume();
                method.Suspend();
                method.Leave();
            }

            OnTwoThreads(
                first: () =>
                {
                    methods[0].Resume();
                    methods[0].EnterStep(site);
                    At(1, Op);
                    return null;
                },
                here: () => OnTwoThreads(
                    first: () =>
                    {
                        methods[1].Resume();
                        methods[1].EnterStep(site);
                        At(1, Op);
                        methods[1].ExitStep();
                        methods[1].Leave();
                        return null;
                    },
                    here: static () => { },
                    then: static _ => { }),
                then: _ =>
                {
                    methods[0].ExitStep();
                    methods[0].Leave();
                });
            ProgramHooks.ExitLoop(ref loop);

            StepSite found = LoopSite.Get(site).Step!;
            found.Statistics.Iterations.Should().Be(2);
            found.Graph.NodeCount.Should().Be(1);
        });

    [Fact]
    public void A_method_left_over_from_a_flow_that_another_uses_now_runs_eagerly() =>
        InAThreadOfItsOwn(() =>
        {
            int site = NewSite();
            Method first = new(), leftOver = new(), second = new();
            first.Resume();
            leftOver.Resume();
            leftOver.Suspend();
            leftOver.Leave();
            first.EnterStep(site);
            At(1, Op);
            first.ExitStep();
            first.Leave();
            second.Resume();
            second.EnterStep(site);
            second.Flow.Should().BeSameAs(first.Flow);
            second.Suspend();
            second.Leave();
            leftOver.Resume();
            OpCapture.IsActive.Should().BeFalse();
            leftOver.Leave();
            second.Resume();
            OpCapture.IsActive.Should().BeTrue();
            second.ExitStep();
            second.Leave();
        });

    private void Op() => Aten.mul_(_x, 1.0);

    private static void At(int callId, Action call)
    {
        Location? saved = ProgramHooks.EnterCall(callId);
        call();
        ProgramHooks.ExitCall(saved);
    }

    /// <summary>The tests' own threads may have flows from other tests.</summary>
    private static void InAThreadOfItsOwn(Action test)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(test));
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    /// <summary>Another thread runs <paramref name="first"/> and, after this thread has run <paramref name="here"/>, <paramref name="then"/>.</summary>
    private static void OnTwoThreads(Func<Location?> first, Action here, Action<Location?> then)
    {
        using var isThere = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        Exception? thrown = null;
        var other = new Thread(() =>
        {
            Location? at = null;
            thrown = Record.Exception(() => at = first());
            isThere.Set();
            mayGoOn.Wait();
            thrown ??= Record.Exception(() => then(at));
        });
        other.Start();
        isThere.Wait();
        here();
        mayGoOn.Set();
        other.Join();
        thrown.Should().BeNull();
    }

    /// <summary>The state machine of an async method that is marked as a step or not.</summary>
    private sealed class Method
    {
        private AsyncFrame _frame;
        private LoopFrame _step;
        private AsyncEntry _entry;

        public ProgramFlow Flow => _frame.Flow!;

        public void Resume() => _entry = ProgramHooks.ResumeAsync(ref _frame);

        public void Suspend() => ProgramHooks.SuspendAsync(ref _frame);

        public void Leave()
        {
            AsyncEntry entry = _entry;
            _entry = default;
            ProgramHooks.LeaveAsync(entry);
        }

        public void EnterStep(int site) => ProgramHooks.EnterStep(site, ref _step);

        public void ExitStep() => ProgramHooks.ExitStep(ref _step);
    }
}
