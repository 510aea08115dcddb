using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>The program runs ahead of its kernels, over the end of an iteration too, until it reads a value.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class PipeliningTests
{
    [Fact]
    public void The_program_reaches_the_next_iteration_while_a_kernel_of_this_one_runs()
    {
        const int Blocking = 8, Turns = 12;
        TimeSpan limit = TimeSpan.FromSeconds(60);
        using var entered = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        int runs = 0;
        bool inTime = true;
        var gate = new OpDef("test::gate(Tensor self) -> Tensor", static call => [new OutputSpec(call.Input(0).Layout, call.Input(0).DType)])
        {
            Kernel = call =>
            {
                if (runs++ == Blocking)
                {
                    entered.Set();
                    inTime = released.Wait(limit);
                }

                unsafe
                {
                    *(float*)call.Outputs[0].Pointer = *(float*)call.Input(0).Pointer;
                }
            },
        };
        using TensorImpl x = Tensor(1f);
        TensorImpl? blocked = null, next = null;
        StepSite site = Run(TerraMode.On, Turns, turn =>
        {
            if (turn == Blocking + 1)
            {
                entered.Wait(limit).Should().BeTrue("the kernel of the iteration before runs");
                blocked!.Storage.IsPending.Should().BeTrue("it cannot end before this iteration lets it");
            }

            TensorImpl passed = At(1, () => Perform(gate, x));
            At(2, () => Aten.add_(x, passed, 1));
            switch (turn)
            {
                case Blocking:
                    blocked = passed;
                    break;
                case Blocking + 1:
                    next = passed;
                    next.Storage.IsPending.Should().BeTrue("its kernel waits behind the one that runs");
                    released.Set();
                    break;
                default:
                    passed.Dispose();
                    break;
            }
        });

        inTime.Should().BeTrue();
        site.Statistics.CoExecuted.Should().Be(Turns - 3);
        Values(blocked!).Should().Equal(MathF.Pow(2, Blocking));
        Values(next!).Should().Equal(MathF.Pow(2, Blocking + 1));
        Values(x).Should().Equal(MathF.Pow(2, Turns));
    }

    /// <summary>A leaf op method as op capture weaves it.</summary>
    private static TensorImpl Perform(OpDef op, TensorImpl input)
    {
        if (!OpCapture.IsActive)
        {
            return Eager.Run(new OpInvocation(op).Add(input));
        }

        OpInvocation call = OpCapture.Begin(op).Add(input);
        if (OpCapture.TryIntercept(call))
        {
            return call.Outputs[0];
        }

        TensorImpl result = Eager.Run(new OpInvocation(op).Add(input));
        OpCapture.Record(call, result);
        return result;
    }
}
