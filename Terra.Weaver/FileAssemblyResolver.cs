using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>
/// Finds referenced assemblies among given files, in the assembly's folder, in given folders, and among the platform's own.
/// Reads each once.
/// </summary>
internal sealed class FileAssemblyResolver : IAssemblyResolver
{
    private readonly Dictionary<string, AssemblyDefinition> _read = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _folders = [];

    public FileAssemblyResolver(FileWeavingRequest request)
    {
        foreach (string file in request.ReferencePaths)
        {
            _files[Path.GetFileNameWithoutExtension(file)] = file;
        }

        _folders.Add(Path.GetDirectoryName(Path.GetFullPath(request.AssemblyPath))!);
        _folders.AddRange(request.SearchDirectories);
        _folders.Add(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
    }

    public AssemblyDefinition Resolve(AssemblyNameReference name) => Resolve(name, new ReaderParameters());

    public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters)
    {
        if (_read.TryGetValue(name.Name, out AssemblyDefinition? known))
        {
            return known;
        }

        string path = Find(name.Name) ?? throw new AssemblyResolutionException(name);
        parameters.AssemblyResolver = this;
        parameters.InMemory = true;
        AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path, parameters);
        _read.Add(name.Name, assembly);
        return assembly;
    }

    public void Dispose()
    {
        foreach (AssemblyDefinition assembly in _read.Values)
        {
            assembly.Dispose();
        }
    }

    private string? Find(string name) =>
        _files.TryGetValue(name, out string? file)
            ? file
            : _folders.SelectMany(folder => new[] { Path.Combine(folder, name + ".dll"), Path.Combine(folder, name + ".exe") }).FirstOrDefault(File.Exists);
}
