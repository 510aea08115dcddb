using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>
/// Decides from the outside of a file whether it can be woven at all, before the engine reads any of its code. Nothing is written.
/// </summary>
public static class Preflight
{
    /// <summary>The first reason not to weave, or null. An assembly that is woven already passes: weaving it again does nothing.</summary>
    public static TerraDiagnostic? Check(FileWeavingRequest request)
    {
        string path = request.AssemblyPath;
        if (!File.Exists(path))
        {
            return Diagnostics.NotAnAssembly(path, Directory.Exists(path) ? "it is a folder" : "there is no such file");
        }

        try
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadingMode = ReadingMode.Deferred, InMemory = true });
            string target = request.OutputPath ?? path;
            bool writes = AssemblyWeaver.FindMark(module) is null || Path.GetFullPath(target) != Path.GetFullPath(path);
            return CheckModule(path, module) ?? (writes ? CheckTarget(target) : null);
        }
        catch (BadImageFormatException)
        {
            return Diagnostics.NotAnAssembly(path, "it has no CLR header, or a damaged one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Diagnostics.NotAnAssembly(path, "it cannot be read: " + e.Message);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException or NotSupportedException)
        {
            return Diagnostics.NotAnAssembly(path, "its metadata is damaged: " + e.Message);
        }
    }

    private static TerraDiagnostic? CheckModule(string path, ModuleDefinition module)
    {
        if (module.Assembly is null)
        {
            return Diagnostics.NotAnAssembly(path, "it is a module without a manifest");
        }

        if (module.Assembly.CustomAttributes.Any(a => a.AttributeType.FullName == "System.Runtime.CompilerServices.ReferenceAssemblyAttribute"))
        {
            return Diagnostics.NotAnAssembly(path, "it is a reference assembly, which has no code");
        }

        // A ReadyToRun image keeps its IL but is no longer marked IL-only: it is marked as a library of IL beside native code.
        const ModuleAttributes ilLibrary = (ModuleAttributes)4;
        if ((module.Attributes & ModuleAttributes.ILOnly) == 0)
        {
            return Diagnostics.NativeCode(path, (module.Attributes & ilLibrary) != 0 ? "ReadyToRun" : "mixed-mode");
        }

        bool signed = (module.Attributes & ModuleAttributes.StrongNameSigned) != 0 || module.Assembly.Name.HasPublicKey;
        return signed && AssemblyWeaver.FindMark(module) is null ? Diagnostics.StrongNamed(path) : null;
    }

    private static TerraDiagnostic? CheckTarget(string target)
    {
        if (!File.Exists(target))
        {
            return null;
        }

        if ((File.GetAttributes(target) & FileAttributes.ReadOnly) != 0)
        {
            return Diagnostics.CannotWrite(target, "it is read-only");
        }

        try
        {
            using FileStream stream = new(target, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Diagnostics.CannotWrite(target, e.Message);
        }
    }
}
