using System.Reflection;

namespace Terra.Torch.Tests.Conformance;

/// <summary>
/// The public API of TorchSharp as recorded in the test data, and what was added to it because PyTorch has it: per type its header and the set of its members' signatures.
/// </summary>
internal sealed class ApiText
{
    private readonly Dictionary<string, (string Header, HashSet<string> Members)> _types = new(StringComparer.Ordinal);

    internal static ApiText Load()
    {
        var api = new ApiText();
        foreach (string file in new[] { "torchsharp-api.txt", "further-api.txt" })
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
            using var reader = new StreamReader(stream);
            api.Add(reader);
        }

        return api;
    }

    private void Add(TextReader reader)
    {
        HashSet<string> members = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line.StartsWith(' '))
            {
                members.Add(line.Trim());
                continue;
            }

            string name = NameOf(line);
            members = _types.TryGetValue(name, out (string Header, HashSet<string> Members) type) ? type.Members : new HashSet<string>(StringComparer.Ordinal);
            _types[name] = (line, members);
        }
    }

    internal int Count => _types.Count;

    /// <summary>The header line and the members of a type, by its full name; null if TorchSharp has no such type.</summary>
    internal (string Header, HashSet<string> Members)? Find(string name) =>
        _types.TryGetValue(name, out (string Header, HashSet<string> Members) type) ? type : null;

    /// <summary>The full name in a header: what stands between the kind and the generic parameters or the base type.</summary>
    internal static string NameOf(string header)
    {
        int start = header.IndexOf("TorchSharp.", StringComparison.Ordinal);
        int end = header.IndexOfAny(['<', ' '], start);
        return end < 0 ? header[start..] : header[start..end];
    }
}
