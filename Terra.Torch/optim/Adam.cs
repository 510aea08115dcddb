using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam (Kingma and Ba, 2015), with weight decay of the L2 kind.</summary>
    public class Adam : OptimizerHelper, IBetas
    {
        public Adam(
            IEnumerable<Parameter> parameters,
            double lr = 0.001,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public Adam(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.001,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
        {
            OptionRanges.NotNegative("Adam", ("learning rate", lr), ("eps", eps), ("weight_decay", weight_decay));
            OptionRanges.Betas("Adam", beta1, beta2);
            Defaults = new ParamGroup([], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize).Options;
            AddGroups(parameters);
        }

        /// <summary>The first group's decay rates; setting them sets those of all groups.</summary>
        public (double, double) Betas
        {
            get => GroupBetas;
            set => GroupBetas = value;
        }

        /// <inheritdoc/>
        public override void add_param_group(Modules.ParamGroup param_group) => base.add_param_group(param_group);

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                DisposeStates();
            }

            base.Dispose(disposing);
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(ParamGroup group)
        {
            AdamOptions options = group.Options.Values;
            bool amsgrad = options.Amsgrad!.Value;
            foreach (StepBatch batch in StepBatch.Sort<State>(group.Parameters, StateOf, static state => ++state.step))
            {
                Aten._fused_adam_(
                    batch.Parameters,
                    batch.Gradients,
                    batch.State<State>(static state => state.exp_avg),
                    batch.State<State>(static state => state.exp_avg_sq),
                    batch.State<State>(static state => state.max_exp_avg_sq, amsgrad),
                    batch.Stage,
                    group.Options.LearningRate!.Value,
                    options.Beta1!.Value,
                    options.Beta2!.Value,
                    options.WeightDecay!.Value,
                    options.Eps!.Value,
                    amsgrad,
                    options.Maximize!.Value);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? weight_decay;
            public double? eps;
            public bool? amsgrad;
            public bool? maximize;

            internal AdamOptions Values
            {
                get => new(beta1, beta2, weight_decay, eps, amsgrad, maximize);
                set => (beta1, beta2, weight_decay, eps, amsgrad, maximize) = value;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                Values = ((Options)source).Values;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                beta1 = reader.ReadDouble();
                beta2 = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                amsgrad = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(beta1!.Value);
                writer.Write(beta2!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(amsgrad!.Value);
                writer.Write(maximize!.Value);
            }

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                Values = Values.Or(((Options)defaults).Values);
            }
        }

        /// <summary>Parameters with options for Adam.</summary>
        public class ParamGroup : ParamGroup<Options>, IBetas
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        beta1 = beta1,
                        beta2 = beta2,
                        eps = eps,
                        weight_decay = weight_decay,
                        amsgrad = amsgrad,
                        maximize = maximize,
                    })
            {
            }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
            }
        }

        /// <summary>The moments of one parameter's gradient.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>Decaying average of the gradients.</summary>
            public Tensor exp_avg = null!;

            /// <summary>Decaying average of the gradients' squares.</summary>
            public Tensor exp_avg_sq = null!;

            /// <summary>Greatest average of squares so far; null without AMSGrad.</summary>
            public Tensor? max_exp_avg_sq;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                exp_avg = ZerosLikeParameter();
                exp_avg_sq = ZerosLikeParameter();
                max_exp_avg_sq = ((Options)options).amsgrad!.Value ? ZerosLikeParameter() : null;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                exp_avg.Load(reader);
                exp_avg_sq.Load(reader);
                LoadConditionalStateTensor(reader, ref max_exp_avg_sq, null);
            }

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                exp_avg.Save(writer);
                exp_avg_sq.Save(writer);
                SaveConditionalStateTensor(writer, max_exp_avg_sq);
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                step = other.step;
                exp_avg = CopyOf(other.exp_avg, exp_avg)!;
                exp_avg_sq = CopyOf(other.exp_avg_sq, exp_avg_sq)!;
                max_exp_avg_sq = CopyOf(other.max_exp_avg_sq, max_exp_avg_sq);
            }

            /// <inheritdoc/>
            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state
                && step == state.step
                && NearlyEqual(exp_avg, state.exp_avg)
                && NearlyEqual(exp_avg_sq, state.exp_avg_sq)
                && NearlyEqual(max_exp_avg_sq, state.max_exp_avg_sq);

            /// <inheritdoc/>
            public override void to(Device device) => base.to(device);

            public void Dispose()
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
                max_exp_avg_sq?.Dispose();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.Adam"/>
            public static Adam Adam(
                IEnumerable<Parameter> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <inheritdoc cref="Modules.Adam"/>
            public static Adam Adam(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <inheritdoc cref="Modules.Adam"/>
            public static Adam Adam(
                IEnumerable<Adam.ParamGroup> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
