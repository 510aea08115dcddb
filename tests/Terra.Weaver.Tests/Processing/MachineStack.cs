using System.Reflection;

namespace Terra.Weaver.Tests.Processing;

/// <summary>
/// Compares the calls of a location with the frames of the machine's stack. Where the machine shows something else than the program's
/// text by its nature, this is made up for: methods without source lines; the frame whose field access started a static constructor;
/// lines in handlers, for which it gives that of the call that threw; lines of calls in the middle of an expression, which optimized
/// code does not keep; filters, which run above the frames that threw.
/// </summary>
public sealed class MachineStack(ProcessedAssembly processed)
{
    private readonly Symbols _symbols = Symbols.Of(processed.OriginalPath);
    private readonly Dictionary<string, Lines> _lines = [];

    /// <summary>Null if they agree, else both as text.</summary>
    public string? Difference(IReadOnlyList<Site> calls, IReadOnlyList<(MethodBase Method, int Line)> frames)
    {
        List<(MethodBase Method, int Line)> visible = [.. frames.Where(frame => LinesOf(frame.Method).All.Count > 0)];
        visible = [.. visible.Where((_, i) => i + 1 == visible.Count || visible[i + 1].Method is not ConstructorInfo { IsStatic: true })];
        if (Agree(calls, visible) || Agree(calls, WithoutThrowers(visible)))
        {
            return null;
        }

        return $"location {string.Join(" > ", calls.Select(site => site.Line))}, stack {string.Join(" > ", visible.Select(frame => $"{frame.Method.Name}:{frame.Line}"))}";
    }

    private bool Agree(IReadOnlyList<Site> calls, IReadOnlyList<(MethodBase Method, int Line)> frames) =>
        calls.Count == frames.Count && calls.Zip(frames).All(pair => Agrees(pair.First, pair.Second));

    private bool Agrees(Site call, (MethodBase Method, int Line) frame)
    {
        Lines lines = LinesOf(frame.Method);
        return call.Line == frame.Line || ((lines.HasHandlers || processed.Configuration == "Release") && lines.All.Contains(call.Line));
    }

    /// <summary>The stack without what lies between a method that catches and its filter.</summary>
    private List<(MethodBase Method, int Line)> WithoutThrowers(List<(MethodBase Method, int Line)> frames)
    {
        var kept = new List<(MethodBase Method, int Line)>();
        for (int i = 0; i < frames.Count; i++)
        {
            int filter = LinesOf(frames[i].Method).HasFilters ? frames.FindLastIndex(frame => frame.Method == frames[i].Method) : i;
            i = Math.Max(i, filter);
            kept.Add(frames[i]);
        }

        return kept;
    }

    private Lines LinesOf(MethodBase method)
    {
        string prefix = $"{NameOf(method.DeclaringType!)}::{method.Name} #";
        if (!_lines.TryGetValue(prefix, out Lines? lines))
        {
            IEnumerable<int> all = _symbols.Methods
                .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                .SelectMany(pair => pair.Value.Points)
                .Where(point => point != "hidden")
                .Select(point => int.Parse(point.Split('(')[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture));
            IList<ExceptionHandlingClause> handlers = method.GetMethodBody()?.ExceptionHandlingClauses ?? [];
            _lines.Add(prefix, lines = new Lines([.. all], handlers.Count > 0, handlers.Any(handler => handler.Flags == ExceptionHandlingClauseOptions.Filter)));
        }

        return lines;
    }

    private static string NameOf(Type type) => type.IsNested ? $"{NameOf(type.DeclaringType!)}/{type.Name}" : $"{type.Namespace}.{type.Name}";

    private sealed record Lines(HashSet<int> All, bool HasHandlers, bool HasFilters);
}
