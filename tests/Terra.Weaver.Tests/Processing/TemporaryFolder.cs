namespace Terra.Weaver.Tests.Processing;

/// <summary>A folder for one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("terra-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), content);
        return File(name);
    }

    /// <summary>Every file in the folder with its content, to see later what was touched.</summary>
    public IReadOnlyDictionary<string, string> Contents() => Directory.GetFiles(Path)
        .ToDictionary(file => System.IO.Path.GetFileName(file), file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(file))));

    public void Dispose()
    {
        foreach (string file in Directory.GetFiles(Path))
        {
            System.IO.File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(Path, recursive: true);
    }
}
