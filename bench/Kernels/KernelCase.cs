namespace Terra.Bench.Kernels;

/// <summary>What a call does, for setting its time against what the machine can do.</summary>
/// <param name="Flops">Floating-point operations, a multiply-add counting as two; 0 if that is not what limits it.</param>
/// <param name="Bytes">Bytes that must be read and written; 0 if that is not what limits it.</param>
internal readonly record struct Work(double Flops = 0, double Bytes = 0);

/// <summary>The same case for the peer: a kind of case its script knows, and the arguments it takes by name.</summary>
internal sealed record PeerCase(string Kind, object Arguments);

/// <summary>One row of the table: something that both sides can do, again and again.</summary>
/// <param name="Name">Unique; what <c>--only</c> matches together with the group.</param>
/// <param name="Group">The group's name.</param>
/// <param name="Prepare">
/// Makes the tensors, which a dispose scope around it owns, and returns the action that is timed: the eager operation by the public
/// interface, its results disposed.
/// </param>
internal sealed record KernelCase(string Name, string Group, Work Work, PeerCase Peer, Func<Action> Prepare)
{
    /// <summary>Peer's time / ours that is asked for; 0 if nothing is.</summary>
    public double RatioBar { get; init; } = 1;

    /// <summary>Share of the FMA peak, or of the memory bandwidth, that is asked for; 0 if nothing is.</summary>
    public double LimitBar { get; init; }

    /// <summary>Microseconds a call may take; 0 if that does not matter.</summary>
    public double MicrosecondsBar { get; init; }
}
