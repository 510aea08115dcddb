extern alias plain;
extern alias woven;

using System.Runtime.CompilerServices;
using Terra.Bench.Kernels;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Bench;

/// <summary>What weaving and the skeleton cost.</summary>
internal static class OverheadBenchmarks
{
    private const int Calls = 2_000_000;

    private static int s_nextPlace = 1_000_000;

    /// <summary>Nanoseconds that the inactive hook adds to a leaf op method: a woven one against the same one unwoven.</summary>
    public static double InactiveHook()
    {
        using var tensor = TensorImpl.Allocate(Layout.Contiguous(4), DType.Float32);
        AlternatingTimer.Result result = AlternatingTimer.Compare(
            () => Repeat(tensor, static t => Hooked(t)),
            () => Repeat(tensor, static t => Unhooked(t)),
            rounds: 31);
        return (result.MedianA - result.MedianB) / Calls;
    }

    /// <summary>
    /// Nanoseconds of program time for each op of a co-executing step: check, placeholder, queueing; waiting excluded. The median of
    /// the runs before and after which the machine ran at full speed (a virtual processor may fall to half of it for seconds), the median of
    /// all, and the share of runs at full speed; after as many runs that let the JIT settle.
    /// </summary>
    public static (double AtFullSpeed, double All, double Share) Skeleton(int opsPerStep, int steps)
    {
        const int Runs = 24;
        const double FullSpeed = 0.85;
        using var probe = new MachineProbe();
        var times = new double[Runs];
        var rates = new double[Runs + 1];
        for (int run = -Runs; run < Runs; run++)
        {
            double time = SkeletonOnce(opsPerStep, steps);
            if (run >= 0)
            {
                times[run] = time;
            }

            // By then the GraphRunner has gone to sleep and leaves both processors to the probe.
            Thread.Sleep(5);
            rates[Math.Max(run + 1, 0)] = Enumerable.Range(0, 4).Max(_ => probe.MultiplyAddRate());
        }

        double[] full = times.Where((_, run) => Math.Min(rates[run], rates[run + 1]) >= FullSpeed * probe.PeakRate).ToArray();
        double all = AlternatingTimer.Median(times);
        return (full.Length == 0 ? all : AlternatingTimer.Median(full), all, (double)full.Length / Runs);
    }

    private static double SkeletonOnce(int opsPerStep, int steps)
    {
        TerraStatistics before = TerraStatistics.Snapshot();
        using TensorImpl x = TensorImpl.Allocate(Layout.Contiguous(16), DType.Float32);
        Aten.zero_(x);
        for (int step = 0; step < steps; step++)
        {
            using (StepScope.Begin("skeleton"))
            {
                TensorImpl value = Aten.mul(x, 0.5);
                for (int op = 1; op < opsPerStep; op++)
                {
                    TensorImpl next = Aten.add(value, x, 0.25);
                    value.Dispose();
                    value = next;
                }

                value.Dispose();
            }
        }

        TerraStatistics after = TerraStatistics.Snapshot();
        return (after.SkeletonMs - before.SkeletonMs) * 1e6 / ((after.CoExecuted - before.CoExecuted) * (double)opsPerStep);
    }

    /// <summary>
    /// Time of a program whose every op runs at a place where none ran before, so that it never settles, against the same with Terra off.
    /// </summary>
    /// <param name="steps">How many iterations.</param>
    /// <param name="fresh">Whether each run is as in a fresh process; else the later ones go on where the earlier ones have backed off to.</param>
    public static AlternatingTimer.Result NeverSettling(int steps, bool fresh) => AlternatingTimer.Compare(
        () =>
        {
            if (fresh)
            {
                TerraRuntime.Reset();
            }

            RunUnsettled(TerraMode.On, steps);
        },
        () => RunUnsettled(TerraMode.Off, steps),
        rounds: 21);

    private static void RunUnsettled(TerraMode mode, int steps)
    {
        const int OpsPerStep = 100;
        TerraMode before = TerraRuntime.Mode;
        TerraRuntime.Mode = mode;
        using TensorImpl x = TensorImpl.Allocate(Layout.Contiguous(16), DType.Float32);
        Aten.zero_(x);
        for (int step = 0; step < steps; step++)
        {
            using (StepScope.Begin("unsettled"))
            {
                TensorImpl value = Aten.mul(x, 0.5);
                for (int op = 1; op < OpsPerStep; op++)
                {
                    Location? saved = ProgramHooks.EnterCall(s_nextPlace++);
                    TensorImpl next = Aten.add(value, x, 0.25);
                    ProgramHooks.ExitCall(saved);
                    value.Dispose();
                    value = next;
                }

                value.Dispose();
            }
        }

        TerraRuntime.Mode = before;
    }

    /// <summary>Time of a call-heavy program without tensors, woven against unwoven (ratio of medians' pairs).</summary>
    public static AlternatingTimer.Result CallHeavy() => AlternatingTimer.Compare(
        static () => woven::Terra.Bench.CallHeavy.CallHeavy.Run(3000),
        static () => plain::Terra.Bench.CallHeavy.CallHeavy.Run(3000),
        rounds: 61);

    [TensorOp("aten::clone")]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TensorImpl Hooked(TensorImpl self) => self;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TensorImpl Unhooked(TensorImpl self) => self;

    private static void Repeat(TensorImpl tensor, Func<TensorImpl, TensorImpl> op)
    {
        for (int i = 0; i < Calls; i++)
        {
            op(tensor);
        }
    }
}
