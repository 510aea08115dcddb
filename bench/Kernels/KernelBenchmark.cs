using System.Diagnostics;
using TorchSharp;

namespace Terra.Bench.Kernels;

/// <summary>
/// Times cases against the peer: chunk by chunk in turn, one side idle while the other runs, the machine's speed probed in between.
/// Chunks in which it was not at full speed are left out.
/// </summary>
internal sealed class KernelBenchmark(MachineProbe probe, double bandwidth, TorchPeer? peer, int rounds)
{
    private const double ChunkSeconds = 0.02;
    private const double WarmUpSeconds = 0.3;
    private const double FullSpeed = 0.93;
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

        var ours = new List<(double Time, bool Kept)>();
        var peers = new List<(double Time, bool Kept)>();
        for (int round = 0; round < rounds; round++)
        {
            Thread.Sleep(s_settle);
            double before = probe.MultiplyAddRate();
            double time = Time(action, repetitions) / repetitions;
            double between = probe.MultiplyAddRate();
            ours.Add((time, Math.Min(before, between) >= FullSpeed * probe.PeakRate));
            if (peerRepetitions > 0)
            {
                time = peer!.Run(kernel, peerRepetitions) / peerRepetitions;
                Thread.Sleep(s_settle);
                double after = probe.MultiplyAddRate();
                peers.Add((time, Math.Min(between, after) >= FullSpeed * probe.PeakRate));
            }
        }

        return Result(kernel, ours, peers, remark);
    }

    private static double[] Kept(List<(double Time, bool Kept)> times)
    {
        double[] kept = times.Where(static t => t.Kept).Select(static t => t.Time).ToArray();
        return kept.Length >= FewestRounds ? kept : times.Select(static t => t.Time).ToArray();
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

    private KernelResult Result(KernelCase kernel, List<(double Time, bool Kept)> ours, List<(double Time, bool Kept)> peers, string? remark)
    {
        double[] times = Kept(ours), peerTimes = Kept(peers);
        int kept = ours.Count(static t => t.Kept);
        if (peers.Count > 0)
        {
            kept = Math.Min(kept, peers.Count(static t => t.Kept));
        }

        if (kept < FewestRounds)
        {
            remark ??= "slow machine";
        }

        double median = AlternatingTimer.Median(times);
        double? peerMedian = peerTimes.Length > 0 ? AlternatingTimer.Median(peerTimes) : null;
        double? share = kernel.Work.Flops > 0 ? kernel.Work.Flops / median / probe.PeakRate
            : kernel.Work.Bytes > 0 ? kernel.Work.Bytes / median / bandwidth : null;
        return new KernelResult(
            kernel, median * 1e6, peerMedian * 1e6, peerMedian / median, peerTimes.Length > 0 ? peerTimes.Min() / times.Min() : null, share, kept, remark);
    }
}
