using System.Globalization;
using System.Reflection;

namespace Terra.Runtime.Tracing;

/// <summary>One woven place: what the weaver wrote of it in the module's <c>terra.sites</c> resource.</summary>
public sealed record Site(string Kind, string Method, string File, int Line)
{
    public override string ToString() =>
        File.Length == 0 ? Method : string.Create(CultureInfo.InvariantCulture, $"{Method} ({System.IO.Path.GetFileName(File)}:{Line})");
}

/// <summary>Ids of woven places, unique in the process, and what they stand for. Resources are read on first question only.</summary>
public static class SiteTable
{
    private const string ResourceName = "terra.sites";

    private static readonly Lock s_lock = new();
    private static readonly List<Module> s_modules = [];
    private static int s_next = 1;

    private sealed class Module(Assembly assembly, int firstId, int count)
    {
        private Dictionary<int, Site>? _sites;

        public int FirstId { get; } = firstId;

        public int Count { get; } = count;

        public Site? Find(int id)
        {
            _sites ??= Read(assembly);
            return _sites.GetValueOrDefault(id - FirstId);
        }
    }

    /// <summary>Reserves <paramref name="siteCount"/> ids for the module that declares <paramref name="anchor"/>; returns the first.</summary>
    internal static int Register(RuntimeTypeHandle anchor, int siteCount)
    {
        Assembly assembly = Type.GetTypeFromHandle(anchor)!.Assembly;
        lock (s_lock)
        {
            int first = s_next;
            s_next += siteCount;
            s_modules.Add(new Module(assembly, first, siteCount));
            return first;
        }
    }

    /// <summary>An id of its own for a step that no woven module declares (a <see cref="Terra.StepScope"/>).</summary>
    internal static int NextId()
    {
        lock (s_lock)
        {
            return s_next++;
        }
    }

    /// <summary>The place of an id, or null where none is known.</summary>
    public static Site? Find(int id)
    {
        lock (s_lock)
        {
            return s_modules.Find(module => id >= module.FirstId && id < module.FirstId + module.Count)?.Find(id);
        }
    }

    internal static string Describe(int id) => Find(id)?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"site {id}");

    private static Dictionary<int, Site> Read(Assembly assembly)
    {
        var sites = new Dictionary<int, Site>();
        using Stream? stream = assembly.GetManifestResourceStream(ResourceName);
        if (stream is null)
        {
            return sites;
        }

        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split('\t');
            if (fields.Length >= 5)
            {
                sites[int.Parse(fields[0], CultureInfo.InvariantCulture)] =
                    new Site(fields[1], fields[2], fields[3], int.Parse(fields[4], CultureInfo.InvariantCulture));
            }
        }

        return sites;
    }
}
