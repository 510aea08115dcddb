using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Terra.Weaver.Tests.Processing;

/// <summary>An assembly's debug information as System.Reflection.Metadata reads it, by method name.</summary>
public sealed class Symbols
{
    private Symbols(PEReader image, MetadataReader pdb)
    {
        MetadataReader metadata = image.GetMetadataReader();
        DebugDirectoryEntry codeView = image.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
        ImageId = new BlobContentId(image.ReadCodeViewDebugDirectoryData(codeView).Guid, codeView.Stamp);
        PdbId = new BlobContentId(pdb.DebugMetadataHeader!.Id);
        Documents = [.. pdb.MethodDebugInformation
            .SelectMany(handle => pdb.GetMethodDebugInformation(handle).GetSequencePoints())
            .Select(point => point.Document)
            .Distinct()
            .Select(handle => pdb.GetDocument(handle))
            .Select(document => $"{pdb.GetString(document.Name)} {Convert.ToHexString(pdb.GetBlobBytes(document.Hash))}")
            .Order(StringComparer.Ordinal)];
        var methods = new Dictionary<string, MethodSymbols>();
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            methods.Add(NameOf(metadata, handle), Read(pdb, image, metadata, handle));
        }

        Methods = methods;
    }

    public BlobContentId ImageId { get; }

    public BlobContentId PdbId { get; }

    /// <summary>Each source file that has code, with its hash.</summary>
    public IReadOnlyList<string> Documents { get; }

    public IReadOnlyDictionary<string, MethodSymbols> Methods { get; }

    /// <summary>Reads an assembly with its symbols, embedded or beside it.</summary>
    public static Symbols Of(string path)
    {
        using var image = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
        DebugDirectoryEntry embedded = image.ReadDebugDirectory().SingleOrDefault(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using MetadataReaderProvider provider = embedded.DataSize > 0
            ? image.ReadEmbeddedPortablePdbDebugDirectoryData(embedded)
            : MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(File.ReadAllBytes(Path.ChangeExtension(path, ".pdb"))));
        return new Symbols(image, provider.GetMetadataReader());
    }

    private static string NameOf(MetadataReader metadata, MethodDefinitionHandle handle)
    {
        MethodDefinition method = metadata.GetMethodDefinition(handle);
        string type = TypeName(metadata, method.GetDeclaringType());
        return $"{type}::{metadata.GetString(method.Name)} #{Ordinal(metadata, handle)}";
    }

    /// <summary>Which of its type's methods this is: tells overloads apart without reading signatures, whose tokens weaving may renumber.</summary>
    private static int Ordinal(MetadataReader metadata, MethodDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(metadata.GetMethodDefinition(handle).GetDeclaringType());
        return type.GetMethods().TakeWhile(other => other != handle).Count();
    }

    private static string TypeName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        return type.IsNested ? $"{TypeName(metadata, type.GetDeclaringType())}/{name}" : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private static MethodSymbols Read(MetadataReader pdb, PEReader image, MetadataReader metadata, MethodDefinitionHandle handle)
    {
        MethodDebugInformation information = pdb.GetMethodDebugInformation(handle.ToDebugInformationHandle());
        var points = new List<string>();
        int lastOffset = -1;
        bool ordered = true;
        foreach (SequencePoint point in information.GetSequencePoints())
        {
            ordered &= point.Offset > lastOffset;
            lastOffset = point.Offset;
            string file = Path.GetFileName(pdb.GetString(pdb.GetDocument(point.Document).Name));
            points.Add(point.IsHidden ? "hidden" : $"{file}({point.StartLine},{point.StartColumn})-({point.EndLine},{point.EndColumn})");
        }

        int rva = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
        int codeSize = rva == 0 ? 0 : image.GetMethodBody(rva).GetILBytes()!.Length;
        var locals = new List<string>();
        foreach (LocalScopeHandle scopeHandle in pdb.GetLocalScopes(handle))
        {
            LocalScope scope = pdb.GetLocalScope(scopeHandle);
            ordered &= scope.StartOffset >= 0 && scope.EndOffset <= codeSize;
            foreach (LocalVariable local in scope.GetLocalVariables().Select(variable => pdb.GetLocalVariable(variable)))
            {
                locals.Add($"{pdb.GetString(local.Name)} at {local.Index}");
            }
        }

        MethodDefinitionHandle kickoff = information.GetStateMachineKickoffMethod();
        string? kickoffName = kickoff.IsNil ? null : metadata.GetString(metadata.GetMethodDefinition(kickoff).Name);
        return new MethodSymbols(points, locals, ordered && lastOffset < Math.Max(codeSize, 1), kickoffName);
    }
}

/// <param name="Points">The sequence points in order of their offsets.</param>
/// <param name="Locals">Names and slots of the local variables.</param>
/// <param name="InBounds">Whether offsets rise and stay, scopes too, within the code.</param>
/// <param name="Kickoff">The method whose state machine this is part of, or null.</param>
public sealed record MethodSymbols(IReadOnlyList<string> Points, IReadOnlyList<string> Locals, bool InBounds, string? Kickoff);
