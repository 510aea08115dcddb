using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Namespaces that options name: one that the assembly does not have is reported, not passed over.</summary>
public sealed class NamespaceOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public NamespaceOptionTests() => ProcessedAssembly.CopyInput("Release", _folder.Path);

    private string Input => _folder.File("AssemblyToProcess.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnIncludedNamespaceWithoutTypesIsReported() =>
        Warnings(new WeavingOptions { IncludeNamespaces = ["AssemblyToProcess", "AssemblyToProces"] }).Should().ContainSingle()
            .Which.Should().Contain("IncludeNamespaces").And.Contain("namespace AssemblyToProces,");

    [Fact]
    public void AnExcludedNamespaceWithoutTypesIsReported() =>
        Warnings(new WeavingOptions { ExcludeNamespaces = ["Other.Space"] }).Should().ContainSingle()
            .Which.Should().Contain("ExcludeNamespaces").And.Contain("namespace Other.Space,");

    [Fact]
    public void NamespacesOfTypesAreNotReported() => Warnings(new WeavingOptions { ExcludeNamespaces = ["AssemblyToProcess"] }).Should().BeEmpty();

    [Fact]
    public void WithoutProgramWeavingNamespacesDoNotMatter() =>
        Warnings(new WeavingOptions { ProgramWeaving = false, ExcludeNamespaces = ["Other.Space"] }).Should().BeEmpty();

    private IEnumerable<string> Warnings(WeavingOptions options)
    {
        IEnumerable<TerraDiagnostic> found = Weaving.WeaveInPlace(Input, options).Diagnostics.Where(static diagnostic => diagnostic.Id == "TERRA0017");
        found.Where(static diagnostic => diagnostic.Severity != DiagnosticSeverity.Warning).Should().BeEmpty();
        return found.Select(static diagnostic => diagnostic.Message);
    }
}
