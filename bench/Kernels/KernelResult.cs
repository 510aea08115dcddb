namespace Terra.Bench.Kernels;

/// <summary>What was measured of a case. Times are medians in microseconds a call.</summary>
/// <param name="PeerMicroseconds">Null if there is no peer, or it failed.</param>
/// <param name="Ratio">Peer's time / ours, the median over rounds.</param>
/// <param name="BestRatio">The same of the shortest times.</param>
/// <param name="LimitShare">Share of the FMA rate around each chunk, or of the memory bandwidth, whichever the case's work names.</param>
/// <param name="KeptRounds">Rounds in which the machine ran at full speed; the others are left out.</param>
/// <param name="Remark">Why a number is missing or doubtful.</param>
internal sealed record KernelResult(
    KernelCase Case, double Microseconds, double? PeerMicroseconds, double? Ratio, double? BestRatio, double? LimitShare, int KeptRounds, string? Remark)
{
    /// <summary>Whether the bars are reached that could be measured.</summary>
    public bool Reached =>
        (Ratio is null || Case.RatioBar == 0 || Ratio >= Case.RatioBar)
        && (LimitShare is null || LimitShare >= Case.LimitBar)
        && (Case.MicrosecondsBar == 0 || Microseconds <= Case.MicrosecondsBar);
}

/// <summary>All results, and the machine's limits as measured in the same run.</summary>
/// <param name="PeakFlops">Multiply-adds of float with two threads, in floating-point operations a second.</param>
/// <param name="Bandwidth">Bytes read and written a second by a copy.</param>
/// <param name="Peer">The peer's version, or why there is none.</param>
internal sealed record KernelRun(double PeakFlops, double Bandwidth, string Peer, IReadOnlyList<KernelResult> Results);
