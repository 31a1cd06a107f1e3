
# Tallydock: the group that may use the drives in the bays and the scanners. Add the station's account to it:
#   adduser ACCOUNT tallydock
if ! getent group tallydock >/dev/null; then
  groupadd --system tallydock
fi
if hash udevadm 2>/dev/null; then
  udevadm control --reload-rules || true
  udevadm trigger --action=change --subsystem-match=block --subsystem-match=hidraw || true
fi
