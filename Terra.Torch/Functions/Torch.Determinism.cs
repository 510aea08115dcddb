namespace TorchSharp;

public static partial class torch
{
    private static bool s_deterministic;
    private static bool s_warnOnly;

    /// <summary>Notes whether deterministic algorithms are wanted. Every op of Terra is deterministic, so this changes nothing else.</summary>
    /// <returns>What restores the former setting.</returns>
    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false)
    {
        (bool before, bool warnBefore) = (s_deterministic, s_warnOnly);
        (s_deterministic, s_warnOnly) = (mode, warn_only);
        return new Restoring(() => (s_deterministic, s_warnOnly) = (before, warnBefore));
    }

    /// <summary>Whether deterministic algorithms were asked for.</summary>
    public static bool are_deterministic_algorithms_enabled() => s_deterministic;

    /// <summary>Whether only warnings were asked for in place of errors.</summary>
    public static bool is_deterministic_algorithms_warn_only_enabled() => s_warnOnly;

    private sealed class Restoring(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
