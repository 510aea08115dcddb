using Terra.Runtime.Tracing;

namespace Terra.Runtime.Diagnostics;

/// <summary>The runtime's switches.</summary>
public static class TerraRuntime
{
    private const string Variable = "TERRA";
    private const string WinogradVariable = "TERRA_WINOGRAD";

    /// <summary>The variable has a value that is no mode. An error only when the mode is needed: the exception of a static constructor would hide it.</summary>
    private const TerraMode Unknown = (TerraMode)(-1);

    private static bool? s_winograd = ParseSwitch(Environment.GetEnvironmentVariable(WinogradVariable));

    private static TerraMode s_mode = Parse(Environment.GetEnvironmentVariable(Variable)) ?? Unknown;

    /// <summary>The mode in force. Setting it affects iterations that begin afterwards, on every thread.</summary>
    /// <exception cref="InvalidOperationException">TERRA1001: the variable TERRA has a value that is none of on, off, trace, verify.</exception>
    public static TerraMode Mode
    {
        get => s_mode == Unknown ? throw UnknownMode(Environment.GetEnvironmentVariable(Variable)) : s_mode;
        set => s_mode = value;
    }

    /// <summary>
    /// Whether 3 by 3 convolutions without stride, and their gradients, may use Winograd's algorithm, which is faster and rounds more coarsely. On unless TERRA_WINOGRAD is off; the choice for
    /// a shape is otherwise fixed, so eager mode and graphs agree.
    /// </summary>
    /// <exception cref="InvalidOperationException">TERRA1001: the variable TERRA_WINOGRAD has a value that is neither on nor off.</exception>
    public static bool Winograd
    {
        get => s_winograd ?? throw UnknownSwitch(Environment.GetEnvironmentVariable(WinogradVariable));
        set => s_winograd = value;
    }

    /// <summary>Forgets all TraceGraphs, plans and statistics, as in a fresh process. For tests and tools; no step may be active.</summary>
    public static void Reset()
    {
        LoopSite.Reset();
        StepScope.Forget();
        StepStatistics.Reset();
    }

    /// <summary>Throws if a variable's value is not known. Ops ask before they run for the first time, so that no program runs in a way it did not ask for.</summary>
    internal static void RequireKnownVariables()
    {
        _ = Mode;
        _ = Winograd;
    }

    /// <summary>The mode that a value of TERRA stands for; null if none.</summary>
    internal static TerraMode? Parse(string? value) => value?.Trim().ToLowerInvariant() switch
    {
        null or "" or "on" => TerraMode.On,
        "off" => TerraMode.Off,
        "trace" => TerraMode.Trace,
        "verify" => TerraMode.Verify,
        _ => null,
    };

    /// <summary>What a value of TERRA_WINOGRAD stands for; null if nothing.</summary>
    internal static bool? ParseSwitch(string? value) => value?.Trim().ToLowerInvariant() switch
    {
        null or "" or "on" => true,
        "off" => false,
        _ => null,
    };

    private static InvalidOperationException UnknownSwitch(string? value) =>
        new($"TERRA1001: the environment variable {WinogradVariable} is \"{value}\"; set it to on or off, or remove it");

    private static InvalidOperationException UnknownMode(string? value) =>
        new($"TERRA1001: the environment variable {Variable} is \"{value}\", which is no mode; set it to on, off, trace or verify, or remove it");
}
