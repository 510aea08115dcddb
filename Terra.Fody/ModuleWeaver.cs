using System.Xml.Linq;
using Fody;
using Terra.Weaver;

/// <summary>What Fody runs for <c>&lt;Terra/&gt;</c> in FodyWeavers.xml. Fody asks for this name, in no namespace.</summary>
public sealed class ModuleWeaver : BaseModuleWeaver
{
    /// <summary>The runtime stays a reference: the woven code calls it.</summary>
    public override bool ShouldCleanReference => false;

    public override void Execute()
    {
        var log = new Terra.Fody.FodyLog(this);
        WeavingResult result = AssemblyWeaver.Weave(new WeavingRequest(ModuleDefinition)
        {
            Options = ReadOptions(log),
            Resolver = AssemblyResolver,
            Log = log,
        });
        if (!result.Succeeded)
        {
            throw Unwoven(result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error));
        }

        WriteInfo($"Terra: {result.Ops} ops captured; {result.Calls} calls, {result.Loops} loops and {result.Steps} steps in {result.Methods} methods");
    }

    public override IEnumerable<string> GetAssembliesForScanning() => [];

    private WeavingOptions ReadOptions(Terra.Fody.FodyLog log)
    {
        try
        {
            return Terra.Fody.ConfigReader.Read(Config ?? new XElement("Terra"));
        }
        catch (Terra.Weaver.WeavingException e)
        {
            log.Report(e.Diagnostic);
            throw Unwoven(e.Diagnostic);
        }
    }

    /// <summary>Keeps Fody from writing the assembly; the diagnostic itself is in the log, with its place.</summary>
    private Fody.WeavingException Unwoven(TerraDiagnostic reason) => new($"Terra left {ModuleDefinition.Name} unwoven, see {reason.Id}.");
}
