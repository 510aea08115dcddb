using System.Collections.Concurrent;
using Terra.Runtime.Tracing;

namespace Terra;

/// <summary>
/// Overrides the automatic search for the step from code: what runs inside the scope is one iteration, and loops around it are no steps.
/// <code>using (StepScope.Begin("critic")) { ... }</code>
/// Inside another marked step it does nothing.
/// </summary>
public sealed class StepScope : IDisposable
{
    private static readonly ConcurrentDictionary<string, int> s_ids = new(StringComparer.Ordinal);

    private LoopFrame _frame;

    private StepScope(int siteId) => ProgramHooks.EnterStep(siteId, ref _frame);

    /// <summary>Begins an iteration of the step called <paramref name="name"/>; all scopes of that name share a TraceGraph.</summary>
    public static StepScope Begin(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new StepScope(s_ids.GetOrAdd(name, static _ => SiteTable.NextId()));
    }

    /// <summary>Ends the iteration.</summary>
    public void Dispose() => ProgramHooks.ExitStep(ref _frame);
}
