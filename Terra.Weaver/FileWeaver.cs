using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Terra.Weaver;

/// <summary>The engine's way in for assemblies on disk: reads, weaves, writes. A file is only replaced by a complete woven one.</summary>
public static class FileWeaver
{
    /// <summary>Weaves <see cref="FileWeavingRequest.AssemblyPath"/>; on failure no file is touched.</summary>
    public static WeavingResult Weave(FileWeavingRequest request)
    {
        var diagnostics = new DiagnosticBag(request.Log);
        try
        {
            return ReadWeaveWrite(request);
        }
        catch (WeavingException e)
        {
            diagnostics.Add(e.Diagnostic);
            return new WeavingResult { Outcome = WeavingOutcome.Failed, Diagnostics = diagnostics.All };
        }
    }

    private static WeavingResult ReadWeaveWrite(FileWeavingRequest request)
    {
        if (Preflight.Check(request) is { } reason)
        {
            throw new WeavingException(reason);
        }

        string output = request.OutputPath ?? request.AssemblyPath;
        using var resolver = new FileAssemblyResolver(request);
        using ModuleDefinition module = Read(request.AssemblyPath, resolver);
        WeavingResult result = AssemblyWeaver.Weave(new WeavingRequest(module) { Options = request.Options, Resolver = resolver, Log = request.Log });
        if (result.Outcome == WeavingOutcome.Woven)
        {
            Write(module, output);
        }
        else if (result.Outcome == WeavingOutcome.AlreadyWoven && !IsSame(request.AssemblyPath, output))
        {
            Copy(request.AssemblyPath, output);
        }

        return result;
    }

    private static ModuleDefinition Read(string path, IAssemblyResolver resolver)
    {
        try
        {
            return ModuleDefinition.ReadModule(path, new ReaderParameters
            {
                AssemblyResolver = resolver,
                InMemory = true,
                ReadSymbols = true,
                SymbolReaderProvider = new DefaultSymbolReaderProvider(throwIfNoSymbol: false),
            });
        }
        catch (BadImageFormatException e)
        {
            throw new WeavingException(Diagnostics.NotAnAssembly(path, e.Message), e);
        }
        catch (IOException e)
        {
            throw new WeavingException(Diagnostics.NotAnAssembly(path, e.Message), e);
        }
        catch (SymbolsNotMatchingException)
        {
            return ModuleDefinition.ReadModule(path, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
        }
    }

    private static void Write(ModuleDefinition module, string output)
    {
        bool embedded = module.SymbolReader is EmbeddedPortablePdbReader;
        var parameters = new WriterParameters
        {
            WriteSymbols = module.HasSymbols,
            SymbolWriterProvider = !module.HasSymbols ? null
                : embedded ? new EmbeddedPortablePdbWriterProvider()
                : new PortablePdbWriterProvider(),
        };
        Put(output, hasSymbolFile: module.HasSymbols && !embedded, file => module.Write(file, parameters));
    }

    /// <summary>An assembly that was woven before is as good at the place where the woven one is wanted.</summary>
    private static void Copy(string woven, string output)
    {
        string symbols = Path.ChangeExtension(woven, ".pdb");
        bool hasSymbolFile = File.Exists(symbols);
        Put(output, hasSymbolFile, file =>
        {
            File.Copy(woven, file);
            if (hasSymbolFile)
            {
                File.Copy(symbols, Path.ChangeExtension(file, ".pdb"));
            }
        });
    }

    /// <summary>Has an assembly written to a folder beside the output, and only when it is complete puts it there.</summary>
    private static void Put(string output, bool hasSymbolFile, Action<string> write)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, $".terra-{Guid.NewGuid():N}");
        string written = Path.Combine(folder, Path.GetFileName(output));
        try
        {
            Directory.CreateDirectory(folder);
            write(written);
            if (hasSymbolFile)
            {
                Replace(Path.ChangeExtension(written, ".pdb"), Path.ChangeExtension(output, ".pdb"));
            }

            Replace(written, output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeavingException(Diagnostics.CannotWrite(output, e.Message), e);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static bool IsSame(string left, string right) => Path.GetFullPath(left) == Path.GetFullPath(right);

    private static void Replace(string from, string to)
    {
        if (File.Exists(to))
        {
            File.Replace(from, to, null);
        }
        else
        {
            File.Move(from, to);
        }
    }
}
