using System.Diagnostics;
using Terra.Runtime.Diagnostics;
using TorchSharp;

namespace Terra.Bench.Kernels;

/// <summary>
/// Times cases against the peer: chunk by chunk in turn, one side idle while the other runs, the machine's speed probed in between.
/// Rounds in which it was far from full speed are left out.
/// </summary>
internal sealed class KernelBenchmark(MachineProbe probe, double bandwidth, TorchPeer? peer, int rounds)
{
    private const double ChunkSeconds = 0.02;
    private const double WarmUpSeconds = 0.3;
    private const double FullSpeed = 0.8;
    private const int FewestRounds = 3;

    /// <summary>Idle threads of the peer spin for some milliseconds after a call, those of ours for some microseconds.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(20);

    /// <exception cref="InvalidOperationException">The case fails on our side.</exception>
    public KernelResult Run(KernelCase kernel)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Action action = kernel.Prepare();
        long repetitions = WarmUp(action);
        string? remark = null;
        long peerRepetitions = 0;
        if (peer is not null)
        {
            try
            {
                peerRepetitions = Chunk(WarmUpPeer(kernel));
            }
            catch (InvalidOperationException exception)
            {
                remark = $"peer: {exception.Message}";
            }
        }

        var all = new List<Round>();
        for (int i = 0; i < rounds; i++)
        {
            Thread.Sleep(s_settle);
            double before = probe.MultiplyAddRate();
            double time = Time(action, repetitions) / repetitions;
            double between = probe.MultiplyAddRate();
            double slowest = Math.Min(before, between);
            double? peerTime = null;
            if (peerRepetitions > 0)
            {
                peerTime = peer!.Run(kernel, peerRepetitions) / peerRepetitions;
                Thread.Sleep(s_settle);
                slowest = Math.Min(slowest, probe.MultiplyAddRate());
            }

            all.Add(new Round(time, peerTime, (before + between) / 2, slowest >= FullSpeed * probe.PeakRate));
        }

        return Result(kernel, all, remark);
    }

    /// <summary>Makes the process eager, and runs small ops until the JIT has compiled what all cases run through for good, which it does in the background.</summary>
    public static void WarmUpProcess()
    {
        // A model that is called again and again without gradients would be co-executed, and what nobody reads be timed without being computed.
        TerraRuntime.Mode = TerraMode.Off;
        using torch.Tensor x = torch.randn(16, 16);
        for (int i = 0; i < 8; i++)
        {
            WarmUp(() => x.mm(x).Dispose());
        }
    }

    private static double Time(Action action, long repetitions)
    {
        long began = Stopwatch.GetTimestamp();
        for (long i = 0; i < repetitions; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Runs the action until the JIT has settled; returns how many calls fill a chunk.</summary>
    private static long WarmUp(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        double best = double.MaxValue;
        for (long calls = 1; ; calls = Math.Min(calls * 2, Chunk(best)))
        {
            best = Math.Min(best, Time(action, calls) / calls);
            if (Stopwatch.GetElapsedTime(began).TotalSeconds > WarmUpSeconds)
            {
                return Chunk(best);
            }
        }
    }

    private static long Chunk(double secondsPerCall) => Math.Max(1, (long)(ChunkSeconds / secondsPerCall));

    private double WarmUpPeer(KernelCase kernel)
    {
        double best = double.MaxValue, spent = 0;
        for (long calls = 1; spent < WarmUpSeconds / 2; calls = Math.Min(calls * 2, Chunk(best)))
        {
            double seconds = peer!.Run(kernel, calls);
            spent += seconds;
            best = Math.Min(best, seconds / calls);
        }

        return best;
    }

    private KernelResult Result(KernelCase kernel, List<Round> all, string? remark)
    {
        Round[] kept = all.Where(static round => round.AtFullSpeed).ToArray();
        Round[] used = kept.Length >= FewestRounds ? kept : all.ToArray();
        if (kept.Length < FewestRounds)
        {
            remark ??= "slow machine";
        }

        double median = AlternatingTimer.Median(used.Select(static round => round.Time).ToArray());
        double? share = kernel.Work.Flops > 0 ? AlternatingTimer.Median(used.Select(round => kernel.Work.Flops / round.Time / round.Rate).ToArray())
            : kernel.Work.Bytes > 0 ? kernel.Work.Bytes / median / bandwidth : null;
        double[] peerTimes = used.Where(static round => round.PeerTime is not null).Select(static round => round.PeerTime!.Value).ToArray();
        return peerTimes.Length == 0
            ? new KernelResult(kernel, median * 1e6, null, null, null, share, kept.Length, remark)
            : new KernelResult(
                kernel,
                median * 1e6,
                AlternatingTimer.Median(peerTimes) * 1e6,
                AlternatingTimer.Median(used.Select(static round => round.PeerTime!.Value / round.Time).ToArray()),
                peerTimes.Min() / used.Min(static round => round.Time),
                share,
                kept.Length,
                remark);
    }

    /// <summary>A chunk of each side (seconds a call), and the multiply-add rate around ours.</summary>
    private readonly record struct Round(double Time, double? PeerTime, double Rate, bool AtFullSpeed);
}
