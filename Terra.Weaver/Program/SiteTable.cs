using System.Globalization;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Terra.Weaver.Program;

/// <summary>
/// The module's sites and the injected class that turns their offsets into ids: its field <c>Base</c>, set on registration. The table
/// itself goes into the resource <c>terra.sites</c>: UTF-8 lines <c>offset TAB kind TAB method TAB file TAB line</c>.
/// </summary>
internal sealed class SiteTable
{
    private const string AnchorName = "<TerraModule>";
    private const string ResourceName = "terra.sites";

    private readonly ModuleDefinition _module;
    private readonly ProgramHookSet _hooks;
    private readonly TypeDefinition _anchor;
    private readonly FieldDefinition _base;
    private readonly List<WeavingSite> _sites = [];

    public SiteTable(ModuleDefinition module, ProgramHookSet hooks)
    {
        _module = module;
        _hooks = hooks;
        _anchor = new TypeDefinition(
            "", AnchorName, TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, module.TypeSystem.Object);
        _base = new FieldDefinition("Base", FieldAttributes.Assembly | FieldAttributes.Static | FieldAttributes.InitOnly, module.TypeSystem.Int32);
        _anchor.Fields.Add(_base);
    }

    public IReadOnlyList<WeavingSite> Sites => _sites;

    /// <summary>Makes a site and returns the instructions that load its id.</summary>
    public IEnumerable<Instruction> Add(SiteKind kind, MethodDefinition method, Instruction? instruction)
    {
        SourcePlace place = SourcePlace.Of(method, instruction);
        var site = new WeavingSite(_sites.Count, kind, SourceName.Of(method), place.File, place.Line);
        _sites.Add(site);
        return
        [
            Instruction.Create(OpCodes.Ldsfld, _base),
            Instruction.Create(OpCodes.Ldc_I4, site.Offset),
            Instruction.Create(OpCodes.Add),
        ];
    }

    /// <summary>Adds the class and the resource to the module, unless there is no site.</summary>
    public void Write()
    {
        if (_sites.Count == 0)
        {
            return;
        }

        var constructor = new MethodDefinition(
            ".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName,
            _module.TypeSystem.Void);
        ILProcessor il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldtoken, _anchor);
        il.Emit(OpCodes.Ldc_I4, _sites.Count);
        il.Emit(OpCodes.Call, _hooks.RegisterModule);
        il.Emit(OpCodes.Stsfld, _base);
        il.Emit(OpCodes.Ret);
        _anchor.Methods.Add(constructor);
        _module.Types.Add(_anchor);
        _module.Resources.Add(new EmbeddedResource(ResourceName, ManifestResourceAttributes.Public, Encoding.UTF8.GetBytes(Text())));
    }

    private string Text()
    {
        var text = new StringBuilder();
        foreach (WeavingSite site in _sites)
        {
            text.Append(site.Offset.ToString(CultureInfo.InvariantCulture)).Append('\t')
                .Append(site.Kind.ToString().ToLowerInvariant()).Append('\t')
                .Append(site.Method).Append('\t')
                .Append(site.File).Append('\t')
                .Append(site.Line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        return text.ToString();
    }
}
