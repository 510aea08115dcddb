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
    /// <summary>Names beyond so many are not told apart.</summary>
    internal const int MostNames = 1024;

    private static readonly ConcurrentDictionary<string, int> s_ids = new(StringComparer.Ordinal);
    private static readonly Lazy<int> s_others = new(SiteTable.NextId);

    private LoopFrame _frame;

    private StepScope(int siteId) => ProgramHooks.EnterStep(siteId, ref _frame);

    /// <summary>
    /// Begins an iteration of the step called <paramref name="name"/>; all scopes of that name share a TraceGraph. A name is to be fixed: beyond the first
    /// 1,024 names in a process, all others together are one step.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static StepScope Begin(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new StepScope(IdOf(name));
    }

    /// <summary>Forgets all names.</summary>
    internal static void Forget() => s_ids.Clear();

    private static int IdOf(string name) =>
        s_ids.TryGetValue(name, out int id) ? id
        : s_ids.Count < MostNames ? s_ids.GetOrAdd(name, static _ => SiteTable.NextId())
        : s_others.Value;

    /// <summary>Ends the iteration.</summary>
    public void Dispose() => ProgramHooks.ExitStep(ref _frame);
}
