using System.Globalization;
using System.Reflection;

namespace Terra.Weaver.Tests.Processing;

/// <summary>A row of the site table: offset, kind (call, loop or step), method, document, line.</summary>
public sealed record Site(int Offset, string Kind, string Method, string File, int Line);

/// <summary>The table <c>terra.sites</c> that the weaver embeds.</summary>
public sealed class SiteTable
{
    private readonly Dictionary<int, Site> _rows;

    private SiteTable(Dictionary<int, Site> rows) => _rows = rows;

    public IEnumerable<Site> Rows => _rows.Values;

    public Site this[int offset] => _rows[offset];

    public static SiteTable Of(Assembly assembly)
    {
        using Stream stream = assembly.GetManifestResourceStream("terra.sites")
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no resource terra.sites");
        using var reader = new StreamReader(stream);
        return new SiteTable(reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split('\t'))
            .Select(cells => new Site(
                int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2], cells[3], int.Parse(cells[4], CultureInfo.InvariantCulture)))
            .ToDictionary(site => site.Offset));
    }
}
