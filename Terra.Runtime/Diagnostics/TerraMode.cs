namespace Terra.Runtime.Diagnostics;

/// <summary>What the runtime does with woven programs; the environment variable TERRA chooses it at start.</summary>
public enum TerraMode
{
    /// <summary>Trace, then co-execute (no TERRA variable, or TERRA=on).</summary>
    On,

    /// <summary>Eager, as if nothing were woven (TERRA=off).</summary>
    Off,

    /// <summary>Trace, but never leave tracing (TERRA=trace).</summary>
    Trace,

    /// <summary>Co-execute with eager beside it, comparing every value bit for bit (TERRA=verify).</summary>
    Verify,
}
