namespace Terra.Runtime.Core;

/// <summary>Told when the program reads or rewrites a tensor's data outside of any op (a fetch).</summary>
internal interface IReadObserver
{
    /// <summary>Called before the data is waited for.</summary>
    void OnRead(Storage storage);
}

/// <summary>The current thread's observer, if a step is active on it.</summary>
internal static class ReadObserver
{
    [ThreadStatic]
    internal static IReadObserver? Current;
}
