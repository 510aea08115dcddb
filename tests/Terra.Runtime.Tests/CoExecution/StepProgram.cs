using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>A step loop written with the hooks that the weaver would have put there.</summary>
internal static class StepProgram
{
    private static int s_nextSite = 10_000;

    /// <summary>Runs <paramref name="body"/> for each turn of a new step loop, in the given mode; returns the step.</summary>
    public static StepSite Run(TerraMode mode, int turns, Action<int> body) => Run(mode, turns, (turn, _) => body(turn));

    /// <summary>Runs <paramref name="body"/> for each turn, with the step itself.</summary>
    public static StepSite Run(TerraMode mode, int turns, Action<int, StepSite> body)
    {
        TerraMode before = TerraRuntime.Mode;
        TerraRuntime.Mode = mode;
        try
        {
            int site = NewSite();
            StepSite step = LoopSite.Get(site).MakeStep();
            LoopFrame frame = default;
            ProgramHooks.EnterLoop(site, ref frame);
            try
            {
                for (int turn = 0; turn < turns; turn++)
                {
                    ProgramHooks.NextTurn(ref frame);
                    body(turn, step);
                }
            }
            finally
            {
                ProgramHooks.ExitLoop(ref frame);
            }

            return step;
        }
        finally
        {
            TerraRuntime.Mode = before;
        }
    }

    /// <summary>An id that no other loop has.</summary>
    public static int NewSite() => Interlocked.Increment(ref s_nextSite);

    /// <summary>A call site with the given id.</summary>
    public static T At<T>(int callId, Func<T> call)
    {
        Location? saved = ProgramHooks.EnterCall(callId);
        T result = call();
        ProgramHooks.ExitCall(saved);
        return result;
    }

    public static unsafe TensorImpl Tensor(params float[] values)
    {
        var tensor = TensorImpl.Allocate(Layout.Contiguous(values.Length), DType.Float32);
        values.CopyTo(new Span<float>((void*)tensor.WriteData(), values.Length));
        return tensor;
    }

    public static unsafe float[] Values(TensorImpl tensor)
    {
        float[] values = new Span<float>((void*)tensor.ReadData(), (int)tensor.NumberOfElements).ToArray();
        GC.KeepAlive(tensor);
        return values;
    }
}
