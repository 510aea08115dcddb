using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using Terra.Weaver.Emission;

namespace Terra.Weaver.Capture;

/// <summary>
/// Op capture: puts the hook at the start of every method marked as a leaf op, and the recording of its result before every return.
/// Inactive, a method runs one test more than before and then its own body.
/// </summary>
internal sealed class OpCaptureWeaver
{
    private readonly ModuleDefinition _module;
    private readonly DiagnosticBag _diagnostics;
    private readonly OpHolders _holders;
    private readonly TypeReference _invocation;
    private readonly MethodReference _isActive;
    private readonly MethodReference _begin;
    private readonly MethodReference _tryIntercept;
    private readonly MethodReference _outputs;
    private readonly Dictionary<string, MethodReference> _adds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MethodReference> _records = new(StringComparer.Ordinal);

    public OpCaptureWeaver(ModuleDefinition module, RuntimeLibrary runtime, DiagnosticBag diagnostics)
    {
        _module = module;
        _diagnostics = diagnostics;
        _holders = new OpHolders(module, runtime);
        _invocation = runtime.Type(RuntimeNames.OpInvocation);
        _isActive = runtime.Method(RuntimeNames.OpCapture, "get_IsActive");
        _begin = runtime.Method(RuntimeNames.OpCapture, "Begin", RuntimeNames.OpDef);
        _tryIntercept = runtime.Method(RuntimeNames.OpCapture, "TryIntercept", RuntimeNames.OpInvocation);
        _outputs = runtime.Method(RuntimeNames.OpInvocation, "get_Outputs");
        foreach (MethodDefinition add in runtime.Definition(RuntimeNames.OpInvocation).Methods.Where(m => m.Name == "Add" && m.IsPublic && m.Parameters.Count == 1))
        {
            _adds.Add(add.Parameters[0].ParameterType.FullName, module.ImportReference(add));
        }

        foreach (MethodDefinition record in runtime.Definition(RuntimeNames.OpCapture).Methods.Where(m => m.Name == "Record"))
        {
            _records.Add(record.Parameters[1].ParameterType.FullName, module.ImportReference(record));
        }
    }

    /// <summary>The op name a method is marked with, or null.</summary>
    public static string? OpName(MethodDefinition method) =>
        method.HasCustomAttributes && method.CustomAttributes.FirstOrDefault(a => a.AttributeType.FullName == RuntimeNames.TensorOpAttribute) is { } mark
            ? (string)mark.ConstructorArguments[0].Value
            : null;

    /// <summary>Hooks every op method and returns how many there are; none is touched if one of them has a wrong signature.</summary>
    public int Weave()
    {
        List<MethodDefinition> methods = ModuleTypes.Methods(_module).Where(m => OpName(m) is not null).ToList();
        foreach (MethodDefinition method in methods)
        {
            if (Unsupported(method) is { } culprit)
            {
                SourcePlace place = SourcePlace.Of(method, null);
                _diagnostics.Add(Diagnostics.UnsupportedOpSignature(method.FullName, culprit, place.File, place.Line));
            }
        }

        if (_diagnostics.HasErrors)
        {
            return 0;
        }

        foreach (MethodDefinition method in methods)
        {
            Weave(method, OpName(method)!);
        }

        return methods.Count;
    }

    private string? Unsupported(MethodDefinition method)
    {
        if (!method.HasBody || method.HasGenericParameters)
        {
            return method.HasBody ? "it is generic" : "it has no body";
        }

        if (method.HasThis && !_adds.ContainsKey(method.DeclaringType.FullName))
        {
            return $"its receiver is of type {method.DeclaringType.FullName}";
        }

        ParameterDefinition? parameter = method.Parameters.FirstOrDefault(p => !_adds.ContainsKey(p.ParameterType.FullName));
        return parameter is not null ? $"its parameter '{parameter.Name}' is of type {parameter.ParameterType.FullName}"
            : !_records.ContainsKey(method.ReturnType.FullName) ? $"it returns {method.ReturnType.FullName}"
            : null;
    }

    private void Weave(MethodDefinition method, string opName)
    {
        MethodBody body = method.Body;
        body.SimplifyMacros();
        TailCalls.Drop(body.Instructions);
        bool single = !method.ReturnType.IsArray;
        var call = new VariableDefinition(_invocation);
        var result = new VariableDefinition(method.ReturnType);
        body.Variables.Add(call);
        body.Variables.Add(result);
        body.InitLocals = true;

        foreach (Instruction exit in body.Instructions.Where(i => i.OpCode == OpCodes.Ret).ToList())
        {
            RecordBefore(body, exit, call, result);
        }

        Instruction original = body.Instructions[0];
        List<Instruction> hook =
        [
            Instruction.Create(OpCodes.Call, _isActive),
            Instruction.Create(OpCodes.Brfalse, original),
            Instruction.Create(OpCodes.Ldsfld, _holders.Get(opName)),
            Instruction.Create(OpCodes.Call, _begin),
        ];
        if (method.HasThis)
        {
            hook.Add(Instruction.Create(OpCodes.Ldarg, body.ThisParameter));
            hook.Add(Instruction.Create(OpCodes.Callvirt, _adds[method.DeclaringType.FullName]));
        }

        foreach (ParameterDefinition parameter in method.Parameters)
        {
            hook.Add(Instruction.Create(OpCodes.Ldarg, parameter));
            hook.Add(Instruction.Create(OpCodes.Callvirt, _adds[parameter.ParameterType.FullName]));
        }

        hook.Add(Instruction.Create(OpCodes.Stloc, call));
        hook.Add(Instruction.Create(OpCodes.Ldloc, call));
        hook.Add(Instruction.Create(OpCodes.Call, _tryIntercept));
        hook.Add(Instruction.Create(OpCodes.Brfalse, original));
        hook.Add(Instruction.Create(OpCodes.Ldloc, call));
        hook.Add(Instruction.Create(OpCodes.Callvirt, _outputs));
        if (single)
        {
            hook.Add(Instruction.Create(OpCodes.Ldc_I4, 0));
            hook.Add(Instruction.Create(OpCodes.Ldelem_Ref));
        }

        hook.Add(Instruction.Create(OpCodes.Ret));
        InstructionSplicer.InsertAt(body, 0, hook);
        body.OptimizeMacros();
    }

    /// <summary>Turns a return into: keep the result; if the call is being traced, record it; return the result.</summary>
    private void RecordBefore(MethodBody body, Instruction exit, VariableDefinition call, VariableDefinition result)
    {
        Instruction load = Instruction.Create(OpCodes.Ldloc, result);
        Instruction keep = Instruction.Create(OpCodes.Stloc, result);
        InstructionSplicer.Redirect(body, exit, keep);
        InstructionSplicer.InsertAt(
            body,
            body.Instructions.IndexOf(exit),
            [
                keep,
                Instruction.Create(OpCodes.Ldloc, call),
                Instruction.Create(OpCodes.Brfalse, load),
                Instruction.Create(OpCodes.Ldloc, call),
                Instruction.Create(OpCodes.Ldloc, result),
                Instruction.Create(OpCodes.Call, _records[result.VariableType.FullName]),
                load,
            ]);
    }
}
