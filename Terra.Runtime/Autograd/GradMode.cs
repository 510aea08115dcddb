namespace Terra.Runtime.Autograd;

/// <summary>Whether ops are recorded for differentiation: a state of each thread, on at its start (as in libtorch).</summary>
public static class GradMode
{
    [ThreadStatic]
    private static bool t_disabled;

    public static bool IsEnabled => !t_disabled;

    /// <summary>Sets the mode of the current thread and returns what it was.</summary>
    public static bool Set(bool enabled)
    {
        bool previous = !t_disabled;
        t_disabled = !enabled;
        return previous;
    }
}
