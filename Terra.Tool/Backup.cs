namespace Terra.Tool;

/// <summary>
/// A copy of an assembly and its symbols, taken before they are replaced. It is thrown away unless <see cref="Keep"/> is called, and
/// only then replaces the backup of an earlier run.
/// </summary>
internal sealed class Backup : IDisposable
{
    private const string Suffix = ".unwoven";

    private readonly List<(string Taken, string Kept)> _copies = [];

    private Backup()
    {
    }

    /// <summary>Copies an assembly and the .pdb beside it, as far as they are there.</summary>
    /// <exception cref="IOException">The folder cannot be written; without a copy nothing must be replaced.</exception>
    public static Backup Take(string assemblyPath)
    {
        var backup = new Backup();
        foreach (string file in new[] { assemblyPath, Path.ChangeExtension(assemblyPath, ".pdb") })
        {
            string kept = file + Suffix;
            string taken = $"{kept}.{Environment.ProcessId}";
            if (File.Exists(file))
            {
                File.Copy(file, taken, overwrite: true);
                backup._copies.Add((taken, kept));
            }
        }

        return backup;
    }

    public void Keep()
    {
        foreach ((string taken, string kept) in _copies)
        {
            File.Move(taken, kept, overwrite: true);
        }

        _copies.Clear();
    }

    public void Dispose()
    {
        foreach ((string taken, _) in _copies)
        {
            File.Delete(taken);
        }
    }
}
