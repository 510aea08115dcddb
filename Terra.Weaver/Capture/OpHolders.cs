using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Terra.Weaver.Capture;

/// <summary>
/// The injected class that keeps the op definitions: one nested class an op, whose static constructor resolves it. A constructor runs
/// at the first active use of its op and never before (no beforefieldinit), when the op table is usable.
/// </summary>
internal sealed class OpHolders(ModuleDefinition module, RuntimeLibrary runtime)
{
    private const string HolderName = "<TerraOps>";

    private readonly Dictionary<string, FieldDefinition> _fields = new(StringComparer.Ordinal);
    private readonly TypeReference _opDef = runtime.Type(RuntimeNames.OpDef);
    private readonly MethodReference _resolve = runtime.Method(RuntimeNames.OpCapture, "Resolve", "System.String");
    private TypeDefinition? _outer;

    /// <summary>The static field with the definition of the op of that name.</summary>
    public FieldDefinition Get(string opName)
    {
        if (!_fields.TryGetValue(opName, out FieldDefinition? field))
        {
            field = Add(opName);
            _fields.Add(opName, field);
        }

        return field;
    }

    private FieldDefinition Add(string opName)
    {
        if (_outer is null)
        {
            _outer = new TypeDefinition("", HolderName, TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
            module.Types.Add(_outer);
        }

        var holder = new TypeDefinition(
            "", opName, TypeAttributes.NestedAssembly | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
        _outer.NestedTypes.Add(holder);
        var field = new FieldDefinition("Op", FieldAttributes.Assembly | FieldAttributes.Static | FieldAttributes.InitOnly, _opDef);
        holder.Fields.Add(field);

        var constructor = new MethodDefinition(
            ".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName,
            module.TypeSystem.Void);
        holder.Methods.Add(constructor);
        ILProcessor il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldstr, opName);
        il.Emit(OpCodes.Call, _resolve);
        il.Emit(OpCodes.Stsfld, field);
        il.Emit(OpCodes.Ret);
        return field;
    }
}
