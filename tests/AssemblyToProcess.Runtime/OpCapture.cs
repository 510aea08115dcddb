using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tracing
{
    /// <summary>The hooks of op capture with the real ones' names and signatures; a test chooses what they do.</summary>
    public static class OpCapture
    {
        [ThreadStatic]
        private static bool t_active;

        [ThreadStatic]
        private static Func<OpInvocation, bool>? t_intercept;

        [ThreadStatic]
        private static List<OpInvocation>? t_recorded;

        public static bool IsActive => t_active;

        public static List<string> Resolved { get; } = [];

        public static OpDef Resolve(string name)
        {
            lock (Resolved)
            {
                Resolved.Add(name);
            }

            return new OpDef(name);
        }

        public static OpInvocation Begin(OpDef op) => new(op);

        public static bool TryIntercept(OpInvocation call) => t_intercept is not null && t_intercept(call);

        public static void Record(OpInvocation call, TensorImpl result) => Record(call, [result]);

        public static void Record(OpInvocation call, TensorImpl[] results)
        {
            call.Outputs = results;
            t_recorded?.Add(call);
        }

        /// <summary>Runs an action with capture active on this thread and returns the ops that were recorded.</summary>
        public static IReadOnlyList<OpInvocation> During(Action action, Func<OpInvocation, bool>? intercept)
        {
            (t_active, t_intercept, t_recorded) = (true, intercept, []);
            try
            {
                action();
                return t_recorded;
            }
            finally
            {
                (t_active, t_intercept, t_recorded) = (false, null, null);
            }
        }
    }
}

namespace Terra.Runtime.Ops
{
    public sealed record OpDef(string Name);

    /// <summary>An op with its arguments as text, in the order in which they were added.</summary>
    public sealed class OpInvocation(OpDef op)
    {
        private readonly List<string> _arguments = [];

        public OpDef Op => op;

        public IReadOnlyList<string> Arguments => _arguments;

        public TensorImpl[] Outputs { get; set; } = [];

        public OpInvocation Add(TensorImpl? tensor) => AddText("tensor", tensor?.Value);

        public OpInvocation Add(TensorImpl[] tensors) => AddText("tensors", string.Join(',', tensors.Select(tensor => tensor.Value)));

        public OpInvocation Add(ScalarValue value) => AddText("scalar", value);

        public OpInvocation Add(ScalarValue? value) => AddText("scalar?", value);

        public OpInvocation Add(double value) => AddText("double", value);

        public OpInvocation Add(long value) => AddText("long", value);

        public OpInvocation Add(bool value) => AddText("bool", value);

        public OpInvocation Add(long[]? value) => AddText("long[]", value is null ? null : string.Join(',', value));

        public OpInvocation Add(bool[]? value) => AddText("bool[]", value is null ? null : string.Join(',', value));

        public OpInvocation Add(DType value) => AddText("dtype", value);

        public OpInvocation Add(DType? value) => AddText("dtype?", value);

        public OpInvocation Add(string? value) => AddText("string", value);

        public OpInvocation Add(PhiloxState value) => AddText("philox", value);

        private OpInvocation AddText(string kind, object? value)
        {
            _arguments.Add(FormattableString.Invariant($"{kind} {value ?? "null"}"));
            return this;
        }
    }
}
