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
        WeavingResult result = AssemblyWeaver.Weave(new WeavingRequest(ModuleDefinition)
        {
            Options = Terra.Fody.ConfigReader.Read(Config ?? new XElement("Terra")),
            Resolver = AssemblyResolver,
            Log = new Terra.Fody.FodyLog(this),
        });
        if (!result.Succeeded)
        {
            throw new Fody.WeavingException(result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error).ToString());
        }

        WriteInfo($"Terra: {result.Ops} ops captured; {result.Calls} calls, {result.Loops} loops and {result.Steps} steps in {result.Methods} methods");
    }

    public override IEnumerable<string> GetAssembliesForScanning() => [];
}
